package io.quorate.sim.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.raft.Effects;
import io.quorate.raft.EntryKind;
import io.quorate.raft.HardState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The canonical form: the same for who is called what, another one for all that may matter, and so one for one future. */
class CanonicalWorldTest {
    /** The same story under each of the six namings. */
    @Test
    void whoIsWhoDoesNotMatter() {
        List<List<String>> stories = new ArrayList<>();
        for (Permutation names : Permutation.ALL) {
            stories.add(story((int) names.applyAsLong(1), (int) names.applyAsLong(2), (int) names.applyAsLong(3)));
        }
        assertThat(stories).hasSize(6).containsOnly(stories.get(0));
        assertThat(stories.get(0)).doesNotHaveDuplicates();
    }

    private static List<String> story(int a, int b, int c) {
        Play play = Play.ofTerms(3);
        List<String> forms = new ArrayList<>();
        forms.add(play.elect(a).form());
        forms.add(play.take(new Step.Read(b, new Member.Asked(1, 1))).form());
        forms.add(play.take(new Step.Propose(a, 1), new Step.Flush(a)).form());
        forms.add(play.take(new Step.Deliver(play.letter("AppendEntries", b), false))
                .form());
        forms.add(play.take(new Step.Crash(b, 1)).form());
        forms.add(play.take(new Step.TimeOut(c)).form());
        forms.add(play.take(new Step.Flush(c)).form());
        forms.add(
                play.take(new Step.Deliver(play.letter("RequestVote", b), true)).form());
        forms.add(play.take(new Step.Flush(b)).form());
        forms.add(play.take(new Step.Drop(play.letter("VoteAnswer", c))).form());
        forms.add(play.settle().form());
        return forms;
    }

    /** Two members may be exchanged only together with all that names them. */
    @Test
    void whoIsWhoMattersWhereTheyDiffer() {
        Play one = Play.ofTerms(1).elect(1).take(new Step.Propose(1, 1));
        String ofBoth = one.form();
        String toTwo = one.take(new Step.Deliver(one.letter("AppendEntries", 2), false))
                .form();
        String toTwoThenThree = one.take(new Step.Deliver(one.letter("AppendEntries", 3), false))
                .form();
        Play other = Play.ofTerms(1).elect(1).take(new Step.Propose(1, 1));
        String toThree = other.take(new Step.Deliver(other.letter("AppendEntries", 3), false))
                .form();
        assertThat(toThree).isEqualTo(toTwo);
        assertThat(List.of(ofBoth, toTwo, toTwoThenThree)).doesNotHaveDuplicates();
    }

    /** Worlds that differ in one thing only. */
    @Test
    void allThatMayMatterMakesAnotherForm() {
        Play base = Play.ofTerms(2).elect(1).take(new Step.Propose(1, 1));
        World world = base.world;
        List<World> worlds = new ArrayList<>(List.of(world));
        for (Allowance what : Allowance.values()) {
            worlds.add(new World(members(world), letters(world), world.facts(), what.spend(world.spent())));
        }
        Letter[] fewer = world.letters().subList(1, world.letters().size()).toArray(Letter[]::new);
        worlds.add(new World(members(world), fewer, world.facts(), world.spent()));
        worlds.add(new World(members(world), twice(world), world.facts(), world.spent()));
        Facts otherFacts = base.cluster.parts().keep(Facts.none(2));
        worlds.add(new World(members(world), letters(world), otherFacts, world.spent()));
        for (Member changed : variants(base)) {
            Member[] members = members(world);
            members[(int) changed.id() - 1] = base.cluster.parts().keep(changed);
            worlds.add(new World(members, letters(world), world.facts(), world.spent()));
        }
        assertThat(worlds.stream().map(Play::form).toList()).hasSize(25).doesNotHaveDuplicates();
    }

    /** Of the leader, changed in one thing each. */
    private static List<Member> variants(Play play) {
        Member leader = play.member(1);
        Letter letter = play.world.letters().get(0);
        Entry last = leader.log().get(leader.log().size() - 1);
        var write = leader.writes().get(0);
        var read = new Effects.LogRead(2, 1, 0, 0, 1, 10);
        return List.of(
                changed(play, turn -> turn.life++),
                changed(play, turn -> turn.log.set(1, new Entry(last.index(), last.term(), last.kind(), 2))),
                changed(play, turn -> turn.log.set(1, new Entry(last.index(), 2, last.kind(), 1))),
                changed(play, turn -> turn.writes.clear()),
                changed(play, turn -> turn.writes.set(0, new PendingWrite(write.write(), List.of()))),
                changed(play, turn -> turn.disk = turn.disk.after(write)),
                changed(play, turn -> turn.disk = new Disk(HardState.INITIAL, turn.disk.entries())),
                changed(play, turn -> turn.waiting.add(new Member.Waiting(letter, turn.persistedWrite + 1))),
                changed(play, turn -> turn.waiting.add(new Member.Waiting(letter, turn.persistedWrite + 2))),
                changed(play, turn -> turn.logReads.add(read)),
                changed(play, turn -> turn.reads.add(new Member.Asked(1, 1))),
                changed(play, turn -> turn.reads.add(new Member.Asked(1, 2))),
                changed(play, turn -> turn.raft.propose(EntryKind.COMMAND, 32)));
    }

    private static Member changed(Play play, Consumer<Turn> change) {
        Turn turn = new Turn(play.cluster, play.member(1));
        change.accept(turn);
        return new Member(turn);
    }

    private static Member[] members(World world) {
        return world.members().toArray(Member[]::new);
    }

    private static Letter[] letters(World world) {
        return world.letters().toArray(Letter[]::new);
    }

    private static Letter[] twice(World world) {
        List<Letter> letters = new ArrayList<>(world.letters());
        letters.add(0, letters.get(0));
        return letters.toArray(Letter[]::new);
    }

    /**
     * The proof by trying: wherever the search would take a world for one that it has seen, the two have the same steps to
     * the same forms.
     */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void equalFormsHaveEqualFutures(boolean isGuarded) {
        SearchBounds bounds = SearchBounds.usual().allow(Allowance.SILENCE, 1).allow(Allowance.TIMEOUT, 3);
        Play play = new Play(isGuarded ? bounds.guarded() : bounds);
        Map<String, List<String>> futures = new TreeMap<>();
        ArrayDeque<World> frontier = new ArrayDeque<>(List.of(play.world, play.elect(1).world));
        int compared = 0;
        while (futures.size() < 3_000) {
            World world = frontier.remove();
            List<World> next = next(world, play.cluster);
            List<String> future = next.stream().map(Play::form).sorted().toList();
            List<String> known = futures.putIfAbsent(Play.form(world), future);
            if (known == null) {
                frontier.addAll(next);
            } else {
                assertThat(future).isEqualTo(known);
                compared++;
            }
        }
        assertThat(compared).isGreaterThan(1_000);
    }

    private static List<World> next(World world, Cluster cluster) {
        return world.steps(cluster.bounds()).stream()
                .map(step -> world.after(step, cluster).after())
                .toList();
    }
}
