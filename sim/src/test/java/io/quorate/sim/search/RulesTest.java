package io.quorate.sim.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.raft.EntryKind;
import io.quorate.raft.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Every rule can fail: pieces of different worlds, put together into one that cannot be. */
class RulesTest {
    private static final TreeSet<String> BROKEN = new TreeSet<>();

    private final Play mine = Play.ofTerms(2).elect(1).propose(1, 1);

    @AfterAll
    static void everyRuleWasBroken() {
        assertThat(BROKEN).containsAll(names(ClusterRule.values())).containsAll(names(MemberRule.values()));
    }

    private static List<String> names(Enum<?>[] rules) {
        return Stream.of(rules).map(Enum::name).toList();
    }

    @Test
    void aWorldThatCanBeBreaksNone() {
        assertThat(broken(mine.world, mine.member(1), List.of())).isNull();
        assertThat(broken(mine.world, mine.member(2), List.of())).isNull();
    }

    @Test
    void twoLeadersOfATerm() {
        Facts facts = Play.ofTerms(2).elect(2).propose(2, 1).world.facts();
        assertThat(broken(with(facts), mine.member(1), List.of())).isEqualTo("ONE_LEADER_A_TERM");
    }

    @Test
    void twoVotesInATerm() {
        Facts facts = Play.ofTerms(2).elect(2).propose(2, 1).world.facts();
        assertThat(broken(with(facts), mine.member(3), List.of())).isEqualTo("ONE_VOTE_A_TERM");
        Letter vote = letter(new Message.RequestVote(1, 3, 1, 1, 0, 0));
        Outcome told = new Outcome(mine.member(3), List.of(vote), List.of(), null);
        assertThat(broken(mine.world, told)).isEqualTo("ONE_VOTE_A_TERM");
    }

    @Test
    void aFollowerThatDoesNotHoldWhatIsCounted() {
        World without = with(Play.ofTerms(2).member(2));
        assertThat(broken(without, mine.member(1), List.of())).isEqualTo("MATCH_IS_ON_THE_FOLLOWERS_DISK");
    }

    @Test
    void aCommitThatOneDiskHolds() {
        World before = with(Facts.none(2));
        World after = with(Play.ofTerms(2).member(2), Play.ofTerms(2).member(3));
        Moment moment = new Moment(before, after, outcome(mine.member(2)));
        assertThat(broken(moment)).isEqualTo("COMMIT_NEEDS_A_DURABLE_MAJORITY");
    }

    @Test
    void anotherEntryThanTheCommittedOne() {
        Facts facts = Play.ofTerms(2).elect(1).propose(1, 2).world.facts();
        assertThat(broken(with(facts), mine.member(2), List.of())).isEqualTo("COMMITTED_STAYS_COMMITTED");
    }

    @Test
    void aLeaderThatLacksACommittedEntry() {
        Facts facts = Play.ofTerms(2).elect(1).propose(1, 1).propose(1, 2).world.facts();
        assertThat(broken(with(facts), mine.member(1), List.of())).isEqualTo("LEADER_COMPLETENESS");
    }

    @Test
    void twoLogsThatMatchAndDiffer() {
        Play other = Play.ofTerms(2).elect(1).propose(1, 2);
        World mixed = with(other.member(3));
        assertThat(broken(mixed, mine.member(2), List.of())).isEqualTo("LOG_MATCHING");
    }

    @Test
    void anAppliedEntryThatIsNotTheCommittedOne() {
        List<Entry> applied = List.of(new Entry(2, 1, EntryKind.COMMAND, 2));
        assertThat(broken(mine.world, mine.member(2), applied)).isEqualTo("STATE_MACHINE_SAFETY");
        List<Entry> early = List.of(new Entry(3, 1, EntryKind.COMMAND, 1));
        assertThat(broken(mine.world, mine.member(2), early)).isEqualTo("STATE_MACHINE_SAFETY");
    }

    // ---- of one member

    @Test
    void aTermOrVoteThatIsToldTooEarly() {
        Message next = new Message.RequestVote(1, 2, 1, 2, 2, 1);
        assertThat(brokenBy(turn -> turn.sent().add(letter(next)))).isEqualTo("FACTS_ARE_DURABLE_BEFORE_THEY_ARE_TOLD");
        Message vote = new Message.RequestVote(1, 2, 1, 1, 0, 0);
        assertThat(brokenBy(turn -> turn.sent().add(letter(vote)))).isEqualTo("FACTS_ARE_DURABLE_BEFORE_THEY_ARE_TOLD");
        Message preVote = new Message.RequestPreVote(1, 2, 1, 2, 2, 1);
        assertThat(brokenBy(turn -> turn.sent().add(letter(preVote)))).isNull();
    }

    @Test
    void anEntryThatIsCalledDurableTooEarly() {
        assertThat(brokenBy(turn -> turn.disk =
                        new Disk(turn.disk.hardState(), turn.disk.entries().subList(0, 1))))
                .isEqualTo("DURABLE_IS_ON_THE_DISK");
        Message answer = new Message.AppendAnswer(1, 2, 1, 1, 3, 3, 0, 0, 0, 0);
        assertThat(brokenBy(turn -> turn.sent().add(letter(answer)))).isEqualTo("DURABLE_IS_ON_THE_DISK");
    }

    @Test
    void aReadThatShowsTooLittle() {
        assertThat(brokenBy(turn -> turn.served().add(new Outcome.Served(new Member.Asked(1, 2), 1))))
                .isEqualTo("READ_SHOWS_WHAT_WAS_COMMITTED");
        assertThat(brokenBy(turn -> turn.served().add(new Outcome.Served(new Member.Asked(1, 2), 3))))
                .isEqualTo("READ_SHOWS_WHAT_WAS_COMMITTED");
        assertThat(brokenBy(turn -> turn.served().add(new Outcome.Served(new Member.Asked(1, 2), 2))))
                .isNull();
    }

    @Test
    void aLogThatIsNotTheCores() {
        Entry next = new Entry(3, 1, EntryKind.COMMAND, 2);
        assertThat(brokenBy(turn -> turn.log.add(next))).isEqualTo("LOG_IS_WHAT_THE_CORE_SAYS");
        Entry other = new Entry(2, 2, EntryKind.COMMAND, 1);
        assertThat(brokenBy(turn -> turn.log.set(1, other))).isEqualTo("DURABLE_IS_ON_THE_DISK");
    }

    /** A view that does not follow from the one before: the core's own rules are looked at, too. */
    @Test
    void aRuleOfTheCore() {
        Turn turn = new Turn(mine.cluster, mine.member(2));
        turn.raft = Play.ofTerms(2).member(2).raft().copy();
        turn.heartbeatDue();
        Broken broken = Objects.requireNonNull(turn.outcome().broken());
        assertThat(broken.rule()).isEqualTo("TERM_NEVER_FALLS");
    }

    // ---- pieces

    private @Nullable String brokenBy(Consumer<Turn> change) {
        Turn turn = new Turn(mine.cluster, mine.member(2));
        change.accept(turn);
        return rule(turn.outcome().broken());
    }

    private static @Nullable String rule(@Nullable Broken broken) {
        if (broken == null) {
            return null;
        }
        BROKEN.add(broken.rule());
        return broken.rule();
    }

    private static Letter letter(Message message) {
        return new Letter(message, List.of());
    }

    private static Outcome outcome(Member member) {
        return new Outcome(member, List.of(), List.of(), null);
    }

    private World with(Facts facts) {
        return new World(mine.world.members().toArray(Member[]::new), new Letter[0], facts, 0);
    }

    private World with(Member... others) {
        List<Member> members = new ArrayList<>(mine.world.members());
        for (Member other : others) {
            members.set((int) other.id() - 1, other);
        }
        return new World(members.toArray(Member[]::new), new Letter[0], mine.world.facts(), 0);
    }

    private @Nullable String broken(World world, Member member, List<Entry> applied) {
        return broken(world, new Outcome(member, List.of(), applied, null));
    }

    private @Nullable String broken(World world, Outcome outcome) {
        return broken(new Moment(world, world, outcome));
    }

    private static @Nullable String broken(Moment moment) {
        return rule(Broken.in(moment));
    }
}
