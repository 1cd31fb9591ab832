package io.quorate.raft.membership;

/** Why a change of the membership was refused; nothing of it happened. */
public enum ChangeRefusal {
    /** This member does not lead. */
    NOT_LEADER("only the leader changes the membership"),
    /** No entry of the leader's term is committed yet: another leader's change may still be open (thesis 4.1, corrected). */
    TERM_NOT_STARTED("the leader has not yet committed an entry of its term: try again in a moment"),
    TRANSFERRING("the leadership is being handed over: ask the next leader"),
    CHANGE_UNDER_WAY("another change is under way: wait until it is done"),
    CHANGED_MEANWHILE("the membership is another one than the change was made for: look at it again"),
    NO_CHANGE("the membership is already like that"),
    NO_VOTER_LEFT("no voter that has started would be left"),
    ID_USED_BEFORE("a member id is used once in the life of a cluster, and this one was removed"),
    INCARNATION_CLAIMED("the entry belongs to another data directory: a member that lost its own needs a new id"),
    ADDRESS_TAKEN("two members would have the same peer address"),
    NOT_STARTED("a learner that has not started cannot vote"),
    LEARNER_LAGS("the log of the new voter is too far behind, or it does not answer: add it as a learner first"),
    NO_QUORUM("the voters that answer now would be no majority after the change"),
    OVERLOADED("the ring of open entries is full: try again later"),
    /** Of what a caller asks for; a core is told whole memberships. */
    UNKNOWN_MEMBER("there is no such member"),
    MEMBER_EXISTS("there is a member with this id already"),
    NOT_A_LEARNER("only a learner can be promoted"),
    NO_SPACE("the leader's disk is full"),
    TOO_MANY_MEMBERS("a group has at most 50 members: remove one first"),
    ADDRESS_SILENT("nobody answers at the peer address of the new voter"),
    ADDRESS_OF_ANOTHER("at the peer address of the new voter somebody else answers"),
    VERSION_FALLS("the cluster version never falls: what was written by it stays"),
    VERSION_NOT_SPOKEN(
            "a member's build does not speak that cluster version, or the member cannot be asked: upgrade or remove"
                    + " it first");

    private static final ChangeRefusal[] VALUES = values();

    private final String sentence;

    ChangeRefusal(String sentence) {
        this.sentence = sentence;
    }

    /** For people; without the member's name, which the caller knows. */
    public String sentence() {
        return sentence;
    }

    /** What {@code Raft.change} returns for this: -1 for the first, -2 for the second, …; an index is never negative. */
    @SuppressWarnings("EnumOrdinal") // The order above is part of the contract.
    public long code() {
        return -1L - ordinal();
    }

    /** The refusal that a negative answer of {@code Raft.change} stands for. */
    public static ChangeRefusal ofCode(long code) {
        return VALUES[(int) (-1 - code)];
    }
}
