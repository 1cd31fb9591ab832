package io.quorate.transport;

import org.jspecify.annotations.Nullable;

/** Why an address cannot be listened on and what to do, as a sentence: the system's own words name neither. */
public final class ListenFailure {
    private ListenFailure() {}

    /**
     * @param address for people, such as 127.0.0.1:2379
     * @param failure what the attempt ended with; its causes are looked at, too
     */
    public static String sentence(String address, Throwable failure) {
        if (says(failure, "Address already in use")) {
            return address + " is in use: is another member, or an older process of this one, still running there?"
                    + " End it, or choose another address";
        }
        if (says(failure, "Permission denied")) {
            return address
                    + " may not be listened on by this user: ports below 1024 are the superuser's, choose a higher one";
        }
        if (says(failure, "Cannot assign requested address")) {
            return address + " is no address of this computer: choose one that it has, or 0.0.0.0 for all of them";
        }
        return address + " cannot be listened on: " + last(failure);
    }

    private static boolean says(Throwable failure, String words) {
        @Nullable Throwable cause = failure;
        while (cause != null) {
            if (String.valueOf(cause.getMessage()).contains(words)) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    private static String last(Throwable failure) {
        Throwable last = failure;
        while (last.getCause() != null) {
            last = last.getCause();
        }
        return last.getMessage() == null ? last.toString() : last.getMessage();
    }
}
