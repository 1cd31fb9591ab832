package io.quorate.sim.search;

import io.quorate.raft.RoleName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * All that there is at one moment: the members with their disks, the messages under way in no order, what the checks
 * remember, and what is used up. Immutable; parts are shared.
 *
 * <p>Its canonical form is 128 bits, and the same for worlds that differ only in who is who: of its forms under all
 * permutations of the members the smallest. A form is the sum of the digests of its parts, so the order of members and
 * messages does not matter, and how often a message is under way does. Each part's digest is over all on which anything
 * after depends ({@link Part#writeTo}), so equal forms mean equal futures, up to the names.
 */
final class World {
    private static final Comparator<Letter> BY_NUMBER = Comparator.comparingInt(Letter::number);

    private final Member[] members;
    private final Letter[] letters;
    private final Facts facts;
    private final long spent;

    World(Member[] members, Letter[] letters, Facts facts, long spent) {
        this.members = members;
        this.letters = letters;
        this.facts = facts;
        this.spent = spent;
    }

    /** Members that never ran, and nothing under way. */
    static World empty(Cluster cluster) {
        Member[] members = new Member[Permutation.MEMBERS];
        for (int id = 1; id <= members.length; id++) {
            members[id - 1] = cluster.parts().keep(new Member(new Turn(cluster, id)));
        }
        Facts facts = cluster.parts().keep(Facts.none(cluster.bounds().terms()));
        return new World(members, new Letter[0], facts, 0);
    }

    Member member(long id) {
        return members[(int) id - 1];
    }

    List<Member> members() {
        return Arrays.asList(members);
    }

    List<Letter> letters() {
        return Arrays.asList(letters);
    }

    Facts facts() {
        return facts;
    }

    long spent() {
        return spent;
    }

    World withNothingSpent() {
        return new World(members, letters, facts, 0);
    }

    // ---- what can happen

    /** In an order that only the world decides. */
    List<Step> steps(SearchBounds bounds) {
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < letters.length; i++) {
            if (i == 0 || !letters[i].equals(letters[i - 1])) {
                addFates(letters[i], steps, bounds);
            }
        }
        for (Member member : members) {
            addDeeds(member, steps, bounds);
        }
        return steps;
    }

    private void addFates(Letter letter, List<Step> steps, SearchBounds bounds) {
        steps.add(new Step.Deliver(letter, false));
        addIf(bounds.allows(Allowance.DUPLICATE, spent), new Step.Deliver(letter, true), steps);
        addIf(bounds.allows(Allowance.DROP, spent), new Step.Drop(letter), steps);
    }

    private void addDeeds(Member member, List<Step> steps, SearchBounds bounds) {
        int id = (int) member.id();
        boolean leads = member.raft().role() == RoleName.LEADER;
        boolean mayTimeOut = !leads && member.raft().currentTerm() < bounds.terms();
        boolean hears = leads || member.raft().leader() != 0;
        addIf(!member.writes().isEmpty(), new Step.Flush(id), steps);
        member.logReads().forEach(read -> steps.add(new Step.FinishLogRead(id, read.to())));
        addIf(mayTimeOut && bounds.allows(Allowance.TIMEOUT, spent), new Step.TimeOut(id), steps);
        addIf(hears && bounds.allows(Allowance.SILENCE, spent), new Step.Silence(id), steps);
        addIf(leads && bounds.allows(Allowance.HEARTBEAT, spent), new Step.Heartbeat(id), steps);
        addIf(leads && bounds.allows(Allowance.PROPOSAL, spent), new Step.Propose(id, next(Allowance.PROPOSAL)), steps);
        Member.Asked asked =
                new Member.Asked(next(Allowance.READ), facts.committed().size());
        addIf(bounds.allows(Allowance.READ, spent), new Step.Read(id, asked), steps);
        for (int surviving = 0;
                bounds.allows(Allowance.CRASH, spent)
                        && surviving <= member.writes().size();
                surviving++) {
            steps.add(new Step.Crash(id, surviving));
        }
    }

    private int next(Allowance what) {
        return what.spentOf(spent) + 1;
    }

    private static void addIf(boolean can, Step step, List<Step> steps) {
        if (can) {
            steps.add(step);
        }
    }

    // ---- what follows

    Moment after(Step step, Cluster cluster) {
        Allowance cost = step.cost();
        long nowSpent = cost == null ? spent : cost.spend(spent);
        List<Letter> underWay = new ArrayList<>(letters.length + 2);
        underWay.addAll(letters());
        if (step instanceof Step.Drop drop) {
            underWay.remove(drop.letter());
            return new Moment(this, new World(members, sorted(underWay), facts, nowSpent), null);
        }
        if (step instanceof Step.Deliver deliver && !deliver.staysUnderWay()) {
            underWay.remove(deliver.letter());
        }
        Outcome turn = cluster.turns().take(member(step.member()), step);
        Member[] now = members.clone();
        now[step.member() - 1] = turn.member();
        underWay.addAll(turn.sent());
        underWay.removeIf(letter -> letter.isDeadFor(now[letter.to() - 1]));
        Facts learned = facts.learn(turn);
        if (!learned.equals(facts)) {
            learned = cluster.parts().keep(learned);
        }
        return new Moment(this, new World(now, sorted(underWay), learned, nowSpent), turn);
    }

    private static Letter[] sorted(List<Letter> letters) {
        letters.sort(BY_NUMBER);
        return letters.toArray(Letter[]::new);
    }

    // ---- the canonical form

    /** @param form takes the high half at 0, and the low half at 1 */
    void canonicalForm(long[] form) {
        form[0] = Long.MAX_VALUE;
        form[1] = Long.MAX_VALUE;
        for (int permutation = 0; permutation < Permutation.ALL.size(); permutation++) {
            long high = facts.high(permutation) + spent;
            long low = facts.low(permutation);
            for (Member member : members) {
                high += member.high(permutation);
                low += member.low(permutation);
            }
            for (Letter letter : letters) {
                high += letter.high(permutation);
                low += letter.low(permutation);
            }
            if (high < form[0] || (high == form[0] && low < form[1])) {
                form[0] = high;
                form[1] = low;
            }
        }
    }
}
