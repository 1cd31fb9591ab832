package io.quorate.sim.spec;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A change of one event after which a run is no behaviour of the specification any more, whichever run it is: each kind asks for
 * an event at which no other outcome was possible, and says why. A member's state before an event is that of its event before,
 * which is compared with the specification in full.
 */
enum TraceChange {
    /** Terms never fall, and the member's next event has the term as it was. */
    TERM_ROSE_AND_FELL {
        @Override
        boolean fits(Place at) {
            return at.hasNext() && at.event().isLike(at.next(), "term");
        }

        @Override
        TraceEvent change(Place at) {
            return at.plusOne("term");
        }
    },
    /** In one term a vote stays given. */
    VOTE_FOR_ANOTHER {
        @Override
        boolean fits(Place at) {
            return !at.event().isOf("crash")
                    && at.event().isLike(at.before(), "term", "vote")
                    && !at.event().text("vote").equals("nobody");
        }

        @Override
        TraceEvent change(Place at) {
            return at.event().with("vote", at.event().text("vote").equals("1") ? "2" : "1");
        }
    },
    /** The request was granted for good, so nothing else can follow from it. */
    VOTE_NOT_KEPT {
        @Override
        boolean fits(Place at) {
            return at.event().isOf("request")
                    && at.event().is("granted")
                    && !at.event().isLike(at.before(), "vote");
        }

        @Override
        TraceEvent change(Place at) {
            return at.event().with("vote", "nobody");
        }
    },
    /** A follower commits what the message says, and no further. */
    COMMIT_TOO_FAR {
        @Override
        boolean fits(Place at) {
            return at.event().isOf("append")
                    && at.event().number("commit") < at.event().number("last");
        }

        @Override
        TraceEvent change(Place at) {
            return at.plusOne("commit");
        }
    },
    /** What the message says is committed is so at once. */
    COMMIT_PASSED_OVER {
        @Override
        boolean fits(Place at) {
            return at.event().isOf("append") && !at.event().isLike(at.before(), "commit");
        }

        @Override
        TraceEvent change(Place at) {
            return at.event().with("commit", at.before().number("commit"));
        }
    },
    /** An entry keeps the term that its leader sent it with. */
    ENTRY_OF_ANOTHER_TERM {
        @Override
        boolean fits(Place at) {
            return at.hasAppended();
        }

        @Override
        TraceEvent change(Place at) {
            return at.plusOne("lastTerm");
        }
    },
    /** What a message brought is on no disk before a flush. */
    PERSISTED_AT_ONCE {
        @Override
        boolean fits(Place at) {
            return at.hasAppended() && !at.isSame("persisted", "last");
        }

        @Override
        TraceEvent change(Place at) {
            return at.event().with("persisted", at.event().number("last"));
        }
    },
    /** Who follows does not lead. */
    ROLE_OF_A_LEADER {
        @Override
        boolean fits(Place at) {
            return at.event().isOf("append") && at.event().text("role").equals("Follower");
        }

        @Override
        TraceEvent change(Place at) {
            return at.event().with("role", "Leader");
        }
    },
    /** Nobody has led the term that the message is now of. */
    MESSAGE_OF_ANOTHER_TERM {
        @Override
        boolean fits(Place at) {
            return at.event().isOf("append") && at.event().number("mTerm") >= at.highestBefore("term");
        }

        @Override
        TraceEvent change(Place at) {
            return at.plusOne("mTerm");
        }
    },
    /** Nobody has committed so much. */
    MESSAGE_OF_A_LATER_COMMIT {
        @Override
        boolean fits(Place at) {
            return at.event().isOf("append");
        }

        @Override
        TraceEvent change(Place at) {
            return at.event().with("mCommit", at.highestBefore("commit") + 1);
        }
    },
    /** The entry before those sent has one term in the leader's log. */
    MESSAGE_BEHIND_ANOTHER_ENTRY {
        @Override
        boolean fits(Place at) {
            return at.event().isOf("append") && at.event().number("prev") > 0;
        }

        @Override
        TraceEvent change(Place at) {
            return at.plusOne("prevTerm");
        }
    },
    /** A read has the index of the round that confirmed it. */
    READ_AT_ANOTHER_INDEX {
        @Override
        boolean fits(Place at) {
            return at.event().hasServed();
        }

        @Override
        TraceEvent change(Place at) {
            return at.event().withLaterRead();
        }
    },
    /** Of what the disk held for good a crash takes nothing. */
    CRASH_TOOK_THE_VOTE {
        @Override
        boolean fits(Place at) {
            TraceEvent before = at.before();
            return at.event().isOf("crash")
                    && !at.event().text("vote").equals("nobody")
                    && at.event().isLike(before, "diskTerm", "diskVote");
        }

        @Override
        TraceEvent change(Place at) {
            return at.event().with("vote", "nobody").with("diskVote", "nobody");
        }
    },
    /** The same, where nothing was in flight. */
    CRASH_TOOK_AN_ENTRY {
        @Override
        boolean fits(Place at) {
            TraceEvent before = at.before();
            return at.event().isOf("crash")
                    && before.number("last") > 0
                    && before.number("last") == before.number("persisted")
                    && before.number("last") == before.number("diskLast")
                    && before.number("term") == before.number("diskTerm")
                    && before.text("vote").equals(before.text("diskVote"));
        }

        @Override
        TraceEvent change(Place at) {
            long last = at.before().number("last") - 1;
            return at.event().with("last", last).with("persisted", last).with("diskLast", last);
        }
    },
    /** What was flushed is on the disk from then on, and the member's next event shows it: no other event brings it there. */
    FLUSH_LEFT_OUT {
        @Override
        boolean fits(Place at) {
            return at.event().isOf("flushed")
                    && at.isWholeTurn()
                    && at.hasNext()
                    && !at.next().isOf("flushed")
                    && !at.event().isLike(at.before(), "diskTerm", "diskVote", "diskLast");
        }

        @Override
        List<TraceEvent> applied(Place at) {
            return at.without();
        }
    },
    /** What was proposed is in the leader's log, and the member's next event shows it. */
    PROPOSAL_LEFT_OUT {
        @Override
        boolean fits(Place at) {
            return at.event().isOf("propose")
                    && at.isWholeTurn()
                    && at.hasNext()
                    && !at.next().isOf("append");
        }

        @Override
        List<TraceEvent> applied(Place at) {
            return at.without();
        }
    },
    /** Becomes leader before any other member has its vote on the disk. */
    ELECTED_BEFORE_A_VOTE {
        @Override
        boolean fits(Place at) {
            return at.event().isOf("answer")
                    && at.event().text("role").equals("Leader")
                    && at.isWholeTurn()
                    && at.indexBefore() < firstVote(at);
        }

        @Override
        List<TraceEvent> applied(Place at) {
            return at.movedTo(firstVote(at));
        }

        private int firstVote(Place at) {
            String node = at.event().text("node");
            return at.first(event -> !event.text("node").equals(node)
                    && event.text("diskVote").equals(node)
                    && event.number("diskTerm") == at.event().number("term"));
        }
    },
    /** Hears a leader of a term in which nobody leads yet. */
    HEARD_BEFORE_ELECTED {
        @Override
        boolean fits(Place at) {
            return at.event().isOf("append")
                    && at.isWholeTurn()
                    && at.indexBefore() < elected(at)
                    && elected(at) < at.index();
        }

        @Override
        List<TraceEvent> applied(Place at) {
            return at.movedTo(elected(at));
        }

        private int elected(Place at) {
            return at.first(event -> event.text("role").equals("Leader")
                    && event.number("term") == at.event().number("mTerm"));
        }
    };

    /** Whether this change of the event makes the run impossible. */
    abstract boolean fits(Place at);

    TraceEvent change(Place at) {
        throw new IllegalStateException(this + " does not change the event itself");
    }

    /** The run with the event changed. */
    List<TraceEvent> applied(Place at) {
        return at.with(change(at));
    }

    /** Where in the run it may be made: indexes of events. */
    List<Integer> places(List<TraceEvent> run) {
        List<Integer> places = new ArrayList<>();
        for (int index = 0; index < run.size(); index++) {
            Place at = new Place(run, index);
            if (at.hasBefore() && fits(at)) {
                places.add(index);
            }
        }
        return places;
    }

    /** One of the runs with this change: the first from that one on that has a place for it, at a place drawn. */
    List<TraceEvent> changed(List<List<TraceEvent>> runs, int from, SplittableRandom random) {
        for (int tried = 0; tried < runs.size(); tried++) {
            List<TraceEvent> run = runs.get((from + tried) % runs.size());
            List<Integer> places = places(run);
            if (!places.isEmpty()) {
                return applied(new Place(run, places.get(random.nextInt(places.size()))));
            }
        }
        throw new IllegalStateException("none of " + runs.size() + " runs has a place for " + this);
    }

    /** An event of a run, with the events of the same member around it. */
    record Place(List<TraceEvent> run, int index) {
        interface Condition {
            boolean holds(TraceEvent event);
        }

        TraceEvent event() {
            return run.get(index);
        }

        private boolean isOfSameMember(int other) {
            return run.get(other).isLike(event(), "node");
        }

        /** Index of the member's event before, -1 for none. */
        int indexBefore() {
            int before = index - 1;
            while (before >= 0 && !isOfSameMember(before)) {
                before--;
            }
            return before;
        }

        boolean hasBefore() {
            return indexBefore() >= 0;
        }

        TraceEvent before() {
            return run.get(indexBefore());
        }

        private int indexNext() {
            int next = index + 1;
            while (next < run.size() && !isOfSameMember(next)) {
                next++;
            }
            return next;
        }

        /** Whether the member's life goes on after this event. */
        boolean hasNext() {
            return indexNext() < run.size() && !run.get(indexNext()).isOf("crash");
        }

        TraceEvent next() {
            return run.get(indexNext());
        }

        boolean isSame(String one, String other) {
            return event().number(one) == event().number(other);
        }

        boolean hasAppended() {
            return event().isOf("append") && event().number("last") > before().number("last");
        }

        long highestBefore(String name) {
            long highest = 0;
            for (TraceEvent earlier : run.subList(0, index)) {
                highest = Math.max(highest, earlier.number(name));
            }
            return highest;
        }

        /** Index of the first event of which this holds; the run's length when there is none. */
        int first(Condition condition) {
            int first = 0;
            while (first < run.size() && !condition.holds(run.get(first))) {
                first++;
            }
            return first;
        }

        TraceEvent plusOne(String name) {
            return event().with(name, event().number(name) + 1);
        }

        List<TraceEvent> with(TraceEvent changed) {
            List<TraceEvent> other = new ArrayList<>(run);
            other.set(index, changed);
            return other;
        }

        List<TraceEvent> without() {
            List<TraceEvent> other = new ArrayList<>(run);
            other.remove(index);
            return other;
        }

        /** Whether a turn begins and ends with this event. */
        boolean isWholeTurn() {
            return event().is("ends") && isBeginOfTurn(index);
        }

        private boolean isBeginOfTurn(int event) {
            return event == 0 || run.get(event - 1).is("ends");
        }

        /** @param earlier index of another member's event, before whose turn this one happens now */
        List<TraceEvent> movedTo(int earlier) {
            int place = earlier;
            while (!isBeginOfTurn(place)) {
                place--;
            }
            List<TraceEvent> other = without();
            other.add(place, event());
            return other;
        }
    }
}
