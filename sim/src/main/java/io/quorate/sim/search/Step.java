package io.quorate.sim.search;

import org.jspecify.annotations.Nullable;

/** One thing that can happen next in a world. */
sealed interface Step {
    /** The member that has a turn by it, or 0. */
    int member();

    /** What it uses up, or null. */
    @Nullable
    Allowance cost();

    void take(Turn turn);

    /** The step as far as the member that takes it can tell. */
    default Step asSeenByMember() {
        return this;
    }

    record Deliver(Letter letter, boolean staysUnderWay) implements Step {
        @Override
        public int member() {
            return letter.to();
        }

        @Override
        public @Nullable Allowance cost() {
            return staysUnderWay ? Allowance.DUPLICATE : null;
        }

        @Override
        public void take(Turn turn) {
            turn.receive(letter);
        }

        @Override
        public Step asSeenByMember() {
            return staysUnderWay ? new Deliver(letter, false) : this;
        }

        @Override
        public String toString() {
            return letter + (staysUnderWay ? " arrives, and will once more" : " arrives");
        }
    }

    record Drop(Letter letter) implements Step {
        @Override
        public int member() {
            return 0;
        }

        @Override
        public Allowance cost() {
            return Allowance.DROP;
        }

        @Override
        public void take(Turn turn) {
            throw new IllegalStateException("nobody has a turn by a message that is lost");
        }

        @Override
        public String toString() {
            return letter + " is lost";
        }
    }

    record Flush(int member) implements Step {
        @Override
        public @Nullable Allowance cost() {
            return null;
        }

        @Override
        public void take(Turn turn) {
            turn.flush();
        }

        @Override
        public String toString() {
            return "n" + member + " flushes its oldest write";
        }
    }

    record FinishLogRead(int member, long follower) implements Step {
        @Override
        public @Nullable Allowance cost() {
            return null;
        }

        @Override
        public void take(Turn turn) {
            turn.finishLogRead(follower);
        }

        @Override
        public String toString() {
            return "n" + member + " has read entries for n" + follower + " from its log";
        }
    }

    record TimeOut(int member) implements Step {
        @Override
        public Allowance cost() {
            return Allowance.TIMEOUT;
        }

        @Override
        public void take(Turn turn) {
            turn.electionTimedOut();
        }

        @Override
        public String toString() {
            return "n" + member + " times out";
        }
    }

    record Silence(int member) implements Step {
        @Override
        public Allowance cost() {
            return Allowance.SILENCE;
        }

        @Override
        public void take(Turn turn) {
            turn.silence();
        }

        @Override
        public String toString() {
            return "n" + member + " hears nobody: no leader, or as leader no quorum";
        }
    }

    record Heartbeat(int member) implements Step {
        @Override
        public Allowance cost() {
            return Allowance.HEARTBEAT;
        }

        @Override
        public void take(Turn turn) {
            turn.heartbeatDue();
        }

        @Override
        public String toString() {
            return "n" + member + "'s heartbeat is due";
        }
    }

    record Propose(int member, long payload) implements Step {
        @Override
        public Allowance cost() {
            return Allowance.PROPOSAL;
        }

        @Override
        public void take(Turn turn) {
            turn.propose(payload);
        }

        @Override
        public String toString() {
            return "n" + member + " takes command \"" + payload + "\"";
        }
    }

    record Read(int member, Member.Asked asked) implements Step {
        @Override
        public Allowance cost() {
            return Allowance.READ;
        }

        @Override
        public void take(Turn turn) {
            turn.read(asked);
        }

        @Override
        public String toString() {
            return "n" + member + " is asked for a read, with " + asked.floor() + " committed";
        }
    }

    record Crash(int member, int survivingWrites) implements Step {
        @Override
        public Allowance cost() {
            return Allowance.CRASH;
        }

        @Override
        public void take(Turn turn) {
            turn.crash(survivingWrites);
        }

        @Override
        public String toString() {
            return "n" + member + " crashes, " + survivingWrites
                    + " writes in flight were on the disk, and starts again";
        }
    }
}
