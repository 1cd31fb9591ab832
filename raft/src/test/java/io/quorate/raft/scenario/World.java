package io.quorate.raft.scenario;

import io.quorate.raft.Message;
import io.quorate.raft.Message.ReadIndexAnswer;
import io.quorate.raft.Message.ReadIndexRequest;
import io.quorate.raft.Notation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;

/** A simulated cluster: its members, the network between them, and the output of the command that runs. */
final class World {
    final Network network = new Network();
    final List<Fetched> fetches = new ArrayList<>();
    final SafetyChecks checks = new SafetyChecks(this);
    private final TreeMap<Long, Peer> peers = new TreeMap<>();
    private final List<String> told = new ArrayList<>();
    private final List<String> questions = new ArrayList<>();

    void add(Peer peer) {
        peers.put(peer.id, peer);
    }

    Collection<Peer> peers() {
        return peers.values();
    }

    Peer peer(String name) {
        for (Peer peer : peers.values()) {
            if (peer.name.equals(name)) {
                return peer;
            }
        }
        throw new IllegalArgumentException("no member " + name);
    }

    void tell(String line) {
        told.add(line);
    }

    /** What was told since the last call. */
    List<String> takeTold() {
        List<String> lines = List.copyOf(told);
        told.clear();
        return lines;
    }

    // ---- messages

    String words(Flight flight, String arrow) {
        Message message = flight.message();
        if (message instanceof ReadIndexRequest ask) {
            return Notation.message(flight.message(), flight.entries(), arrow, question(ask.from(), ask.number()));
        } else if (message instanceof ReadIndexAnswer answer) {
            return Notation.message(flight.message(), flight.entries(), arrow, question(answer.to(), answer.number()));
        }
        return Notation.message(flight.message(), flight.entries(), arrow, "");
    }

    /** Questions are called q1, q2 and so on as they first appear. */
    private String question(long asker, long number) {
        String key = asker + "/" + number;
        if (!questions.contains(key)) {
            questions.add(key);
        }
        return " q" + (questions.indexOf(key) + 1);
    }

    /** A message leaves its sender. It is lost at once where the link is cut or the other end is down. */
    void send(Peer from, Flight flight) {
        checks.mayLeave(from, flight.message());
        Peer to = peers.get(flight.message().to());
        boolean arrives = to != null && to.isUp() && !network.isCut(from.id, to.id);
        tell(words(flight, arrives ? "→" : "⇥"));
        if (arrives) {
            network.underWay.add(flight);
        }
    }

    void arrive(Fetched fetched) {
        tell(fetched.to().name + " fetched " + fetched.snapshot() + " from " + fetched.from().name + " in t"
                + fetched.term());
        fetched.to().receive(fetched);
    }

    void deliver(Flight flight) {
        Peer to = peers.get(flight.message().to());
        if (to == null || !to.isUp()) {
            tell(words(flight, "⇥"));
        } else {
            to.receive(flight);
        }
    }
}
