package io.quorate.sim.node;

import io.quorate.sim.core.Violation;
import java.util.function.Supplier;

/** What holds in every run of whole members. A broken one ends the run with a {@link Violation} of its name. */
public enum NodeRule {
    ELECTION_SAFETY("at most one member leads in a term", Subject.TERM),
    STATE_MACHINE_SAFETY("no two members apply different commands at one index", Subject.INDEX),
    APPLIED_IN_ORDER("a state machine gets each index once, rising, in each life", Subject.MEMBER),
    APPLIED_ONCE("a command is applied at one index only", Subject.INDEX),
    ANSWERS_AGREE("members that apply the same command get the same for it, in each of their lives", Subject.INDEX),
    RETRY_GETS_FIRST_ANSWER(
            "whoever proposes a command with a key is told what the one time gave at which it was applied, and where",
            Subject.INDEX),
    KEY_NAMES_ONE_COMMAND("no command is told done that comes with the key of another", Subject.RUN),
    STATES_AGREE("members that have applied as far have equal states", Subject.INDEX),
    STATE_HASH_AGREES(
            "only a member whose state was changed by something else than its commands finds that it differs, and where it began",
            Subject.RUN),
    DIFFERENCE_IS_FOUND(
            "once all is well a member whose state alone is not that of the others finds out, as soon as entries are written",
            Subject.RUN),
    DIFFERENT_SERVES_NOTHING(
            "a member that has applied what a majority's states were, and differs, answers no read and tells no result",
            Subject.RUN),
    TERM_NEVER_FALLS("a member starts with no lower term than its disk was told to keep", Subject.MEMBER),
    RECOVERED_IS_DURABLE(
            "a member starts with the term, vote and entries that its disk was told to keep, and with nothing that nobody wrote",
            Subject.MEMBER),
    DAMAGE_IS_NAMED(
            "damage that something durable lies behind is never dropped: the start is refused, or the log says up to where entries that"
                    + " were acknowledged may be lost",
            Subject.MEMBER),
    NO_FALSE_ALARM("a directory that nothing damaged is never refused, nor taken for a damaged one", Subject.MEMBER),
    NO_WORD_AFTER_FAILURE("after a failed write or flush a life reports nothing durable any more", Subject.MEMBER),
    DURABLE_BEFORE_TOLD(
            "terms, votes and entries are on a member's disk when its messages tell of them", Subject.MEMBER),
    ONE_VOTE_IN_A_TERM("a member tells others of one vote in a term, whatever it forgets in a crash", Subject.TERM),
    SNAPSHOT_IS_THE_STATE(
            "a state machine that is restored from a snapshot is the one that was saved, whoever saved it",
            Subject.INDEX),
    LOG_KEEPS_THE_REST("an entry goes from a log only when a durable mark covers it", Subject.MEMBER),
    SNAPSHOT_STAYS("the snapshot that the next start would begin with is never given up", Subject.MEMBER),
    NO_READ_BEFORE_RESTORED(
            "nothing is read from a state machine that is older than its log's newest durable mark", Subject.MEMBER),
    WIPED_STAYS_OUT("a member with an empty directory never acts under a name that the cluster knows", Subject.MEMBER),
    OLD_IMAGE_STAYS_OUT("no vote given on an old image elects a leader that has seen a later start", Subject.RUN),
    LEADER_IS_KEPT(
            "who hears a leader votes for nobody else, and takes no term from who asks for votes (thesis 4.2.3)",
            Subject.MEMBER),
    ELECTED_BY_QUORUM(
            "who leads was voted for by a majority of each half of the voters of its membership, and of nobody else",
            Subject.TERM),
    QUORUMS_INTERSECT(
            "a quorum by one committed membership and one by the next have a member in common", Subject.INDEX),
    MEMBERSHIPS_AGREE("members that commit a membership at an index commit the same there, rising", Subject.INDEX),
    CHANGE_DONE_IS_COMMITTED("a change that an operator was told done is what was committed", Subject.INDEX),
    VERSION_NEVER_FALLS("the version of committed memberships never falls", Subject.INDEX),
    VERSION_IS_KNOWN_TO_ALL(
            "the cluster version is raised only when every member has had a build that knows it", Subject.RUN),
    BUILDS_READ_THE_LOG("no log holds a version that its member's build does not know", Subject.RUN),
    REMOVED_ENDS("a member that ends as a removed one was removed by a committed membership", Subject.RUN),
    REMOVED_STAYS_AWAY(
            "no message of a member comes to one that knows that it was removed and leads no more", Subject.MEMBER),
    MEMBER_GOES_ON("a member ends only with a reason that the faults explain", Subject.RUN),
    LINEARIZABLE(
            "all that clients were told is what one store would have told them, one request after another",
            Subject.RUN),
    READ_KEEPS_ITS_BOUND(
            "a read at least as new as a position is never older, and one within a bound lacks nothing that was told done"
                    + " longer before by its member's clock",
            Subject.RUN),
    LEADER_IN_TIME("once all is well there is a leader soon, and a write succeeds", Subject.RUN),
    REQUESTS_END("once all is well every request ends", Subject.RUN),
    MEMBERSHIP_SETTLES("once all is well the newest membership is committed, and not joint", Subject.RUN),
    ALL_CATCH_UP("once all is well every running member has applied the same", Subject.RUN),
    RUN_ENDS("a run comes to its end within a bound on its events", Subject.MEMBER);

    /** What a rule is about: what damage that no member can see may break it. */
    enum Subject {
        /** One member with its own disk, whatever others do: no damage of that kind. */
        MEMBER,
        /** A term. */
        TERM,
        /** An index of the log. */
        INDEX,
        /** All of a run: any. */
        RUN
    }

    private final String sentence;
    private final Subject subject;

    NodeRule(String sentence, Subject subject) {
        this.sentence = sentence;
        this.subject = subject;
    }

    public String sentence() {
        return sentence;
    }

    /** Of a rule by its name; an application's own are about what its clients saw of a run. */
    static Subject subjectOf(String name) {
        for (NodeRule rule : values()) {
            if (rule.name().equals(name)) {
                return rule.subject;
            }
        }
        return Subject.RUN;
    }

    Violation broken(String detail) {
        return new Violation(name(), detail);
    }

    /**
     * As {@link #require}, of a rule about a term or an index.
     *
     * @throws Violation if it does not hold
     */
    void requireAt(long place, boolean holds, Supplier<String> detail) {
        if (!holds) {
            throw new Violation(name(), place, detail.get());
        }
    }

    /** @throws Violation if it does not hold; {@code detail} is only made then */
    void require(boolean holds, Supplier<String> detail) {
        if (!holds) {
            throw broken(detail.get());
        }
    }
}
