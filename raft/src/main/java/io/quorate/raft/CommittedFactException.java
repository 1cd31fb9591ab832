package io.quorate.raft;

/** A message contradicts a committed fact: going on could lose data, so the member must stop. The text names both facts. */
public final class CommittedFactException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public CommittedFactException(String what) {
        super(what);
    }
}
