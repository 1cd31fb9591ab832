package io.quorate.raft;

/** Why a transfer of the leadership was refused; nothing of it happened. */
public enum TransferRefusal {
    NOT_LEADER("only the leader hands the leadership over"),
    ALREADY_LEADS("it leads already"),
    UNKNOWN("there is no such member"),
    NOT_A_VOTER("only a voter that has started can lead"),
    ANOTHER_UNDER_WAY("the leadership is being handed over to another member"),
    NO_ANSWER("it has not answered within an election timeout"),
    LAGS("its log is too far behind"),
    /** It had begun: proposals were refused meanwhile, and nothing else happened. */
    NOT_TAKEN_OVER("it did not take over within an election timeout");

    private final String sentence;

    TransferRefusal(String sentence) {
        this.sentence = sentence;
    }

    /** For people; without the member's name, which the caller knows. */
    public String sentence() {
        return sentence;
    }
}
