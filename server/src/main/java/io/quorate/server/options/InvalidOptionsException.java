package io.quorate.server.options;

import java.util.List;

/** Options that cannot make a member: every problem at once, each a sentence that says what to do. */
public final class InvalidOptionsException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    @SuppressWarnings("serial") // always an immutable list of strings, which is serializable
    private final List<String> problems;

    InvalidOptionsException(List<String> problems) {
        super(String.join("\n", problems));
        this.problems = List.copyOf(problems);
    }

    /** At least one. */
    public List<String> problems() {
        return problems;
    }
}
