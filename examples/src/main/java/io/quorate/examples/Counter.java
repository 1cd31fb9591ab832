package io.quorate.examples;

import io.quorate.Quorate;
import io.quorate.node.Consistency;
import io.quorate.node.Outcome;
import io.quorate.node.RaftNode;
import io.quorate.node.RaftOptions;
import io.quorate.node.port.StateMachine;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A number that all members agree on. Start three, each with its own name:
 * {@code Counter n1 data/n1 n1=http://127.0.0.1:7001,n2=http://127.0.0.1:7002,n3=http://127.0.0.1:7003}; each line typed is added.
 */
// begin embed
public final class Counter implements StateMachine<Long> {
    private long total;

    @Override
    public Long apply(long index, long term, ByteBuffer command) {
        return total += command.getLong(); // on every member, in the same order
    }

    static RaftNode<Long> start(Counter counter, String name, Path data, String members) {
        return Quorate.replicate(counter)
                .name(name) // n1
                .directory(data) // its log and its identity
                .members(members) // n1=http://10.0.0.1:7001,n2=…,n3=…
                .options(RaftOptions.builder().forwardToLeader(true).build())
                .start();
    }

    static Outcome<Long> add(RaftNode<Long> member, long number) {
        return member.propose(ByteBuffer.allocate(8).putLong(0, number)).join(); // Applied, Refused or Unknown
    }
    // end embed

    long total() {
        return total;
    }

    public static void main(String[] args) throws IOException {
        Counter counter = new Counter();
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (RaftNode<Long> node = start(counter, args[0], Path.of(args[1]), args[2])) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                System.out.println(add(node, Long.parseLong(line)));
                System.out.println(
                        node.read(Consistency.LINEARIZABLE, counter::total).join());
            }
        }
    }
}
