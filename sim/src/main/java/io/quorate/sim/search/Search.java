package io.quorate.sim.search;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Breadth-first search through all worlds within bounds, each looked at once. Deterministic: equal arguments, equal result.
 * Not safe for threads.
 */
public final class Search {
    private static final int REPORT_EVERY = 1 << 12;

    private final Cluster cluster;
    private final long maxStates;
    private final ProgressListener listener;
    private final DigestSet seen = new DigestSet();
    private final Ancestry ancestry = new Ancestry();
    private final ArrayDeque<World> frontier = new ArrayDeque<>();
    private final long[] form = new long[2];
    private final List<Step> setUp = new ArrayList<>();
    private long transitions;
    private int depth;

    /** Number of the first world that is one step deeper than those now looked at. */
    private int nextDepthFrom = 1;

    private Search(Cluster cluster, long maxStates, ProgressListener listener) {
        this.cluster = cluster;
        this.maxStates = maxStates;
        this.listener = listener;
    }

    /** @param maxStates at which to stop, at most 100 million: a world takes about 50 bytes, one not yet looked at 200 */
    public static SearchResult run(SearchBounds bounds, long maxStates, ProgressListener listener) {
        return run(bounds, maxStates, listener, Contract.KEPT);
    }

    static SearchResult run(SearchBounds bounds, long maxStates, ProgressListener listener, Contract contract) {
        if (maxStates < 1 || maxStates > 100_000_000) {
            throw new IllegalArgumentException("maxStates must be in [1, 100000000], is " + maxStates);
        }
        return new Search(new Cluster(bounds, contract), maxStates, listener).run();
    }

    private SearchResult run() {
        World start = start();
        start.canonicalForm(form);
        seen.add(form[0], form[1]);
        frontier.add(start);
        for (int number = 0; !frontier.isEmpty(); number++) {
            if (number == nextDepthFrom) {
                depth++;
                nextDepthFrom = seen.size();
            }
            if (number % REPORT_EVERY == 0) {
                listener.progress(seen.size(), transitions, depth);
            }
            Violation violation = expand(frontier.remove(), number);
            if (violation != null || seen.size() >= maxStates) {
                return new SearchResult(seen.size(), transitions, depth + 1, depth, false, violation);
            }
        }
        return new SearchResult(seen.size(), transitions, depth, depth, true, null);
    }

    private @Nullable Violation expand(World world, int number) {
        List<Step> steps = world.steps(cluster.bounds());
        for (int ordinal = 0; ordinal < steps.size() && seen.size() < maxStates; ordinal++) {
            transitions++;
            World next;
            try {
                Moment moment = world.after(steps.get(ordinal), cluster);
                next = moment.after();
                Broken broken = Broken.in(moment);
                if (broken != null) {
                    return violation(broken, number, ordinal);
                }
            } catch (RuntimeException refused) {
                return violation(Broken.by(refused), number, ordinal);
            }
            next.canonicalForm(form);
            if (seen.add(form[0], form[1])) {
                ancestry.add(number, ordinal);
                frontier.add(next);
            }
        }
        return null;
    }

    // ---- where it starts

    private World start() {
        World world = World.empty(cluster);
        if (!cluster.bounds().startsWithLeader()) {
            return world;
        }
        world = setUp(world, new Step.TimeOut(1));
        SearchBounds quiet = SearchBounds.ofTerms(cluster.bounds().terms());
        for (List<Step> steps = world.steps(quiet); !steps.isEmpty(); steps = world.steps(quiet)) {
            world = setUp(world, steps.get(0));
        }
        return world.withNothingSpent();
    }

    private World setUp(World world, Step step) {
        setUp.add(step);
        return world.after(step, cluster).after();
    }

    // ---- what it tells

    private Violation violation(Broken broken, int number, int lastOrdinal) {
        List<Integer> path = ancestry.path(number);
        path.add(lastOrdinal);
        Story story = new Story(cluster);
        setUp.forEach(story::take);
        story.forgetSpent();
        path.forEach(ordinal -> story.take(story.steps().get(ordinal)));
        return new Violation(broken.rule(), broken.sentence(), story.lines());
    }
}
