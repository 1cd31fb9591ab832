package io.quorate.sim.search;

import java.util.List;

/** A world led by hand, without checks. */
final class Play {
    final Cluster cluster;
    World world;

    Play(SearchBounds bounds) {
        this.cluster = new Cluster(bounds, Contract.KEPT);
        this.world = World.empty(cluster);
    }

    static Play ofTerms(long terms) {
        return new Play(SearchBounds.ofTerms(terms));
    }

    Play take(Step... steps) {
        for (Step step : steps) {
            world = world.after(step, cluster).after();
        }
        return this;
    }

    /** Delivers and flushes until there is nothing left to. */
    Play settle() {
        SearchBounds quiet = SearchBounds.ofTerms(cluster.bounds().terms());
        for (List<Step> steps = world.steps(quiet); !steps.isEmpty(); steps = world.steps(quiet)) {
            take(steps.get(0));
        }
        return this;
    }

    Play elect(int leader) {
        return take(new Step.TimeOut(leader)).settle();
    }

    Play propose(int leader, int payload) {
        return take(new Step.Propose(leader, payload)).settle();
    }

    Member member(int id) {
        return world.member(id);
    }

    /** The first message under way of a type to a member. */
    Letter letter(String type, int to) {
        return world.letters().stream()
                .filter(letter -> letter.to() == to
                        && letter.message().getClass().getSimpleName().equals(type))
                .findFirst()
                .orElseThrow();
    }

    String form() {
        return form(world);
    }

    static String form(World world) {
        long[] form = new long[2];
        world.canonicalForm(form);
        return Long.toHexString(form[0]) + " " + Long.toHexString(form[1]);
    }
}
