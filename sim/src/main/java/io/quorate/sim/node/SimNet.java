package io.quorate.sim.node;

import io.quorate.node.port.PeerLinks;
import io.quorate.node.port.Wakeup;
import io.quorate.sim.core.EventQueue;
import io.quorate.sim.core.FaultKind;
import io.quorate.sim.core.FaultStreams;
import io.quorate.sim.core.KeyedRandom;
import io.quorate.sim.core.KeyedRandom.Purpose;
import io.quorate.sim.core.Ledger;
import io.quorate.sim.core.RunHash;
import io.quorate.sim.core.Script;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The network between members: who listens where, which hosts are without power, and every connection. */
final class SimNet {
    private static final long MILLI = 1_000_000;
    private static final long CONNECT_TIMEOUT = 1000 * MILLI;
    private static final long SYN_AGAIN = 50 * MILLI;
    private static final String URL = "http://n";

    final EventQueue queue;
    final LinkFaults faults;
    final RunHash hash;
    final Ledger ledger;
    private final List<@Nullable Endpoint> listening = new ArrayList<>();
    private final boolean[] dark;
    private final List<SimConnection> connections = new ArrayList<>();
    private final List<KeyedRandom.Stream> pieces = new ArrayList<>();

    SimNet(Script script, FaultStreams draws, EventQueue queue, RunHash hash, Ledger ledger) {
        this.queue = queue;
        this.hash = hash;
        this.ledger = ledger;
        faults = new LinkFaults(script, draws, queue, ledger);
        dark = new boolean[script.processes()];
        for (int member = 0; member < script.processes(); member++) {
            listening.add(null);
            pieces.add(script.random().stream(Purpose.LINK, member));
        }
    }

    static String url(int member) {
        return URL + (member + 1);
    }

    private static int member(String url) {
        return Integer.parseInt(url.substring(URL.length())) - 1;
    }

    /** @param loop is woken whenever a handler has heard something, as the loop of real sockets does */
    Endpoint endpoint(int member, Wakeup loop) {
        dark[member] = false;
        return new Endpoint(member, loop);
    }

    /** Numbers for what a member's system does with bytes: how it cuts them, when it takes them. */
    KeyedRandom.Stream pieces(int member) {
        return pieces.get(member);
    }

    /** What waited for a link tries again: something that blocked it is over. */
    void unblocked() {
        for (SimConnection connection : List.copyOf(connections)) {
            connection.deliverBoth();
        }
    }

    /** Resets the connections between the two: what is under way on them is lost. */
    void reset(int one, int other) {
        for (SimConnection connection : List.copyOf(connections)) {
            if (connection.joins(one, other)) {
                ledger.fired(FaultKind.CONNECTION_RESET);
                connection.reset();
            }
        }
    }

    void ended(SimConnection connection) {
        connections.remove(connection);
    }

    boolean isDark(int member) {
        return dark[member];
    }

    /** One member's side of the network, for one life of its process. */
    final class Endpoint implements PeerLinks {
        final int member;
        private final Wakeup loop;
        private final List<Runnable> postponed = new ArrayList<>();
        private @Nullable Acceptor acceptor;
        private boolean dead;
        private boolean paused;

        Endpoint(int member, Wakeup loop) {
            this.member = member;
            this.loop = loop;
        }

        @Override
        public void accept(Acceptor newAcceptor) {
            acceptor = newAcceptor;
            listening.set(member, this);
        }

        @Override
        public void connect(String peerUrl, Handler handler) {
            int peer = member(peerUrl);
            queue.after(faults.latency(member, peer), () -> knock(peer, handler, queue.now() + CONNECT_TIMEOUT));
        }

        private void knock(int peer, Handler handler, long deadline) {
            Endpoint other = listening.get(peer);
            boolean answers = !dark[peer] && !faults.isBlocked(member, peer) && !faults.isBlocked(peer, member);
            if (answers && (other == null || other.acceptor == null)) {
                run(() -> handler.closed(null, CloseReason.REFUSED, "nobody listens at " + url(peer)));
            } else if (answers && other != null && !other.paused && other.acceptor != null) {
                open(other, handler, other.acceptor);
            } else if (queue.now() >= deadline) {
                run(() -> handler.closed(null, CloseReason.UNREACHABLE, "no answer from " + url(peer)));
            } else if (!dead) {
                queue.after(SYN_AGAIN, () -> knock(peer, handler, deadline));
            }
        }

        private void open(Endpoint other, Handler handler, Acceptor accepting) {
            if (!dead) {
                connections.add(new SimConnection(SimNet.this, this, handler, other, accepting.accept()));
            }
        }

        /**
         * The process is gone.
         *
         * @param told whether its system closes what is open: not when the power went
         */
        void die(boolean told) {
            dead = true;
            if (listening.get(member) == this) {
                listening.set(member, null);
            }
            dark[member] = !told;
            for (SimConnection connection : List.copyOf(connections)) {
                connection.died(this, told);
            }
        }

        /** The process stands still: its system goes on taking bytes, and it hears nothing. */
        void pause() {
            paused = true;
        }

        void resume() {
            paused = false;
            List<Runnable> due = List.copyOf(postponed);
            postponed.clear();
            due.forEach(this::run);
            for (SimConnection connection : List.copyOf(connections)) {
                connection.deliverBoth();
            }
        }

        /** What waits on all its connections for the system to take it. */
        long waitingBytes() {
            return connections.stream()
                    .mapToLong(connection -> connection.waitingBytes(this))
                    .sum();
        }

        boolean hears() {
            return !dead && !paused;
        }

        boolean isDead() {
            return dead;
        }

        /** On the process's loop: now, or when it goes on. */
        void run(Runnable action) {
            if (paused) {
                postponed.add(action);
            } else if (!dead) {
                action.run();
                loop.wake();
            }
        }
    }
}
