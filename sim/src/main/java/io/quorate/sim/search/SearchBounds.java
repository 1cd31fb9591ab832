package io.quorate.sim.search;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How small the world is in which everything is tried: three members, and at most so much of each. Immutable.
 */
public final class SearchBounds {
    private final long terms;
    private final boolean preVote;
    private final boolean checkQuorum;
    private final boolean startsWithLeader;
    private final EnumMap<Allowance, Integer> allowed;

    private SearchBounds(
            long terms,
            boolean preVote,
            boolean checkQuorum,
            boolean startsWithLeader,
            EnumMap<Allowance, Integer> allowed) {
        this.terms = terms;
        this.preVote = preVote;
        this.checkQuorum = checkQuorum;
        this.startsWithLeader = startsWithLeader;
        this.allowed = allowed;
    }

    /** Nothing is allowed yet, and nobody campaigns in a later term than this. */
    public static SearchBounds ofTerms(long terms) {
        if (terms < 1 || terms > 100) {
            throw new IllegalArgumentException("terms must be in [1, 100], is " + terms);
        }
        return new SearchBounds(terms, false, false, false, new EnumMap<>(Allowance.class));
    }

    /**
     * The usual ones: from the empty cluster, three terms, two entries, a read, and one crash, drop and duplicate. PreVote and
     * CheckQuorum only make a member refuse more, so without them more can happen.
     */
    public static SearchBounds usual() {
        return ofTerms(3)
                .allow(Allowance.TIMEOUT, 9)
                .allow(Allowance.HEARTBEAT, 1)
                .allow(Allowance.PROPOSAL, 2)
                .allow(Allowance.READ, 1)
                .allow(Allowance.CRASH, 1)
                .allow(Allowance.DROP, 1)
                .allow(Allowance.DUPLICATE, 1);
    }

    public SearchBounds allow(Allowance what, int times) {
        if (times < 0 || times > Allowance.MOST) {
            throw new IllegalArgumentException(what + " must be in [0, " + Allowance.MOST + "], is " + times);
        }
        EnumMap<Allowance, Integer> more = new EnumMap<>(allowed);
        more.put(what, times);
        return new SearchBounds(terms, preVote, checkQuorum, startsWithLeader, more);
    }

    /** With PreVote and CheckQuorum, as members run by default; {@link Allowance#SILENCE} is for these. */
    public SearchBounds guarded() {
        return new SearchBounds(terms, true, true, startsWithLeader, allowed);
    }

    /** From a cluster in which one member leads term 1 and everybody knows its first entry to be committed. */
    public SearchBounds fromLeader() {
        return new SearchBounds(terms, preVote, checkQuorum, true, allowed);
    }

    public long terms() {
        return terms;
    }

    public boolean preVote() {
        return preVote;
    }

    public boolean checkQuorum() {
        return checkQuorum;
    }

    public boolean startsWithLeader() {
        return startsWithLeader;
    }

    public int allowed(Allowance what) {
        return allowed.getOrDefault(what, 0);
    }

    boolean allows(Allowance what, long spent) {
        return what.spentOf(spent) < allowed(what);
    }

    @Override
    public String toString() {
        List<String> words = new ArrayList<>();
        for (Map.Entry<Allowance, Integer> entry : allowed.entrySet()) {
            words.add(times(entry.getValue(), entry.getKey().name().toLowerCase(Locale.ROOT)));
        }
        return "three members " + (startsWithLeader ? "of which one leads" : "that never ran") + ", "
                + times(terms, "term") + (preVote ? "" : ", no PreVote or CheckQuorum") + "; of each at most: "
                + String.join(", ", words);
    }

    private static String times(long count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }
}
