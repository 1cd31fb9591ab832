package io.quorate.storage;

import java.io.IOException;

/**
 * Something that was durable is not there any more, or not as it was written. The member must not vote, lead or serve with
 * such a log: its text says what is lost and what to do.
 */
public final class LogDamagedException extends IOException {
    private static final long serialVersionUID = 1;

    private final String what;
    private final String file;
    private final long offset;

    public LogDamagedException(String file, long offset, String what) {
        super(file + " is damaged at offset " + offset + ": " + what
                + ". This member must not vote or serve with it. Put the file back as it was, or the whole data directory"
                + " from a copy made since it last stopped. Without one replace the member by a new one (quorate member"
                + " replace); meanwhile the others go on without it");
        this.what = what;
        this.file = file;
        this.offset = offset;
    }

    /** What does not hold, as a sentence's end. */
    public String what() {
        return what;
    }

    /** Its path. */
    public String file() {
        return file;
    }

    /** First byte of what does not hold: of the batch, the header, or the missing end. */
    public long offset() {
        return offset;
    }
}
