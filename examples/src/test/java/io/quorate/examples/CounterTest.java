package io.quorate.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.node.Applied;
import io.quorate.node.Outcome;
import io.quorate.node.RaftNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.SequenceInputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CounterTest {
    @TempDir
    Path data;

    @Test
    void threeCountersAgreeAndGoOnWithoutOne() throws IOException {
        String members = members(3);
        List<RaftNode<Long>> nodes = new ArrayList<>();
        for (String name : List.of("n1", "n2", "n3")) {
            nodes.add(Counter.start(new Counter(), name, data.resolve(name), members));
        }
        try {
            assertThat(added(nodes.get(0), 5)).isEqualTo(5);
            assertThat(added(nodes.get(1), 7)).isEqualTo(12);
            nodes.get(2).close();
            assertThat(added(nodes.get(0), 8)).isEqualTo(20);
        } finally {
            nodes.forEach(RaftNode::close);
        }
    }

    @Test
    void theProgramAddsWhatIsTyped() throws IOException {
        InputStream in = System.in;
        PrintStream out = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            // Lines typed before there is a leader are refused, and said to be: as many as it takes.
            System.setIn(
                    typedUntil(() -> printed.toString(StandardCharsets.UTF_8).contains("Served[value=3,")));
            Counter.main(new String[] {"n1", data.resolve("alone").toString(), members(1)});
        } finally {
            System.setIn(in);
            System.setOut(out);
        }
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .contains("Applied[result=3,")
                .contains("Served[value=3,");
    }

    /** A line after another. */
    @SuppressWarnings("JdkObsolete") // It is what a sequence of streams takes.
    private static InputStream typedUntil(BooleanSupplier isEnough) {
        return new SequenceInputStream(new Enumeration<>() {
            @Override
            public boolean hasMoreElements() {
                return !isEnough.getAsBoolean();
            }

            @Override
            public InputStream nextElement() {
                return new ByteArrayInputStream("1\n".getBytes(StandardCharsets.UTF_8));
            }
        });
    }

    @Test
    void itStaysSmall() throws IOException {
        Path source = Path.of("src/main/java/io/quorate/examples/Counter.java");
        assertThat(Files.readAllLines(source)).hasSizeLessThanOrEqualTo(60);
    }

    private static long added(RaftNode<Long> node, long number) {
        while (true) {
            Outcome<Long> outcome = Counter.add(node, number);
            if (outcome instanceof Applied<Long> applied) {
                return applied.result();
            }
        }
    }

    private static String members(int count) throws IOException {
        List<String> members = new ArrayList<>();
        List<ServerSocket> held = new ArrayList<>();
        for (int k = 1; k <= count; k++) {
            ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            held.add(free);
            members.add("n" + k + "=http://127.0.0.1:" + free.getLocalPort());
        }
        for (ServerSocket free : held) {
            free.close();
        }
        return String.join(",", members);
    }
}
