package io.quorate.testkit;

/** What a client asked for, and whether as a read, which leaves the machine as it is. */
record Asked<C>(C request, boolean isRead) {
    /** As the user prints it. */
    @Override
    public String toString() {
        return String.valueOf(request);
    }
}
