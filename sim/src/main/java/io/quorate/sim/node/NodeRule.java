package io.quorate.sim.node;

import io.quorate.sim.core.Violation;
import java.util.function.Supplier;

/** What holds in every run of whole members. A broken one ends the run with a {@link Violation} of its name. */
public enum NodeRule {
    ELECTION_SAFETY("at most one member leads in a term", true),
    STATE_MACHINE_SAFETY("no two members apply different commands at one index", true),
    APPLIED_IN_ORDER("a state machine gets each index once, rising, in each life", false),
    APPLIED_ONCE("a command is applied at one index only", true),
    STATES_AGREE("members that have applied as far have equal states", true),
    TERM_NEVER_FALLS("a member starts with no lower term than its disk was told to keep", false),
    RECOVERED_IS_DURABLE(
            "a member starts with all that its disk was told to keep, and nothing that nobody wrote", false),
    DAMAGE_IS_NAMED("damage that something durable lies behind is refused at the start, never dropped", false),
    NO_FALSE_ALARM("a directory that nothing damaged is never refused", false),
    NO_WORD_AFTER_FAILURE("after a failed write or flush a life reports nothing durable any more", false),
    DURABLE_BEFORE_TOLD("terms, votes and entries are on a member's disk when its messages tell of them", false),
    ONE_VOTE_IN_A_TERM("a member tells others of one vote in a term, whatever it forgets in a crash", true),
    WIPED_STAYS_OUT("a member with an empty directory never acts under a name that the cluster knows", false),
    OLD_IMAGE_STAYS_OUT("no vote of a member on an old image elects a leader", true),
    MEMBER_GOES_ON("a member ends only with a reason that the faults explain", true),
    LINEARIZABLE("all that clients were told is what one store would have told them, one request after another", true),
    LEADER_IN_TIME("once all is well there is a leader soon, and a write succeeds", true),
    REQUESTS_END("once all is well every request ends", true),
    ALL_CATCH_UP("once all is well every running member has applied the same", true);

    private final String sentence;
    private final boolean restsOnDisks;

    NodeRule(String sentence, boolean restsOnDisks) {
        this.sentence = sentence;
        this.restsOnDisks = restsOnDisks;
    }

    public String sentence() {
        return sentence;
    }

    /** Whether it can be broken by what no member can see: a disk that has forgotten what it was told to keep. */
    boolean restsOnDisks() {
        return restsOnDisks;
    }

    Violation broken(String detail) {
        return new Violation(name(), detail);
    }

    /** @throws Violation if it does not hold; {@code detail} is only made then */
    void require(boolean holds, Supplier<String> detail) {
        if (!holds) {
            throw broken(detail.get());
        }
    }
}
