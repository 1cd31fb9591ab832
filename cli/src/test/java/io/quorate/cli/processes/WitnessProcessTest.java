package io.quorate.cli.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.StatusRuntimeException;
import io.quorate.cli.support.Ports;
import io.quorate.cli.support.Running;
import io.quorate.cli.support.Running.Finished;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three real members that hold data, and a fourth that is a witness: it keeps the writes going, and nothing of them. */
@Tag("process")
@Tag("slow")
final class WitnessProcessTest {
    private static final Pattern INITIAL_CLUSTER = Pattern.compile("ETCD_INITIAL_CLUSTER=\"(.*)\"");
    private static final Pattern ADDED = Pattern.compile("Member +([0-9a-f]+) added to cluster");

    /** In every value that is written, and in nothing else. */
    private static final String SECRET = "value-that-no-witness-holds";

    @TempDir
    private Path folder;

    private final int firstPort = Ports.run(8);
    private final List<RealMember> members = new ArrayList<>();
    private final List<RealMember> all = new ArrayList<>();

    @BeforeEach
    void startThree() {
        members.addAll(RealMember.three(firstPort, folder, "--snapshot-count=50", "--snapshot-catchup-entries=10"));
        all.addAll(members);
        members.forEach(RealMember::start);
        members.forEach(RealMember::awaitReady);
    }

    @AfterEach
    void endThem() {
        all.forEach(RealMember::close);
    }

    @Test
    void withOneMemberDownWritesGoOnByTheWitnesssVoteAndItHoldsNoValue() throws IOException {
        OperatorPage page = OperatorPage.read("## Witnesses");
        write(120); // so that what it lacks when it joins is in a snapshot only
        String url = "http://127.0.0.1:" + (firstPort + 7);
        String told = done(words(page.take("./quorate member add n4 --witness"), "http://10.0.0.4:2380", url));
        RealMember witness = new RealMember(
                "n4",
                firstPort + 6,
                firstPort + 7,
                folder.resolve("n4"),
                "--initial-cluster-state=existing",
                "--snapshot-count=50",
                "--initial-cluster=" + found(INITIAL_CLUSTER, told));
        all.add(witness);
        witness.start();
        witness.running().awaitLine("ready as a witness");
        String list = page.take("./quorate member list");
        String id = found(ADDED, told);
        Until.found("the witness as a voter", () -> done(words(list))
                .lines()
                .filter(line -> line.startsWith(id + ", witness, n4, ") && line.endsWith(", , false"))
                .findFirst()
                .orElse(null));
        assertThat(done(words(page.take("./quorate status"))))
                .contains("4 of 4 voters answer", "1 failure can still be survived")
                .containsPattern("n4 +witness");

        RealMember lost = members.remove(0);
        lost.kill();
        Until.found("a leader", () -> members.stream().anyMatch(RealMember::leads) ? lost : null);
        write(120);
        assertThatThrownBy(() -> witness.get("k0"))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining("UNAVAILABLE: quorate: member is a witness");
        assertThatThrownBy(() -> witness.put("k0", "v")).hasMessageContaining("member is a witness");
        assertThat(refused("member", "remove", idOf(lost))).contains("fewer than two disks");

        // A restart goes on from the mark that it took.
        assertThat(witness.stop()).isZero();
        witness.start();
        witness.running().awaitLine("ready as a witness");
        write(10);
        assertThat(witness.stop()).isZero();
        assertHoldsNo(SECRET, witness.data());

        Finished recovered =
                Running.run(RealMember.quorate(words(page.take("./quorate recover"), "DIR", witness.data().toString())));
        assertThat(recovered.output()).contains("A WITNESS", "none of these directories is whole and holds state");
        assertThat(recovered.exitCode()).isNotZero();
        assertThat(page.left()).isEmpty();

        // Without it there are two of four.
        lost.start().awaitReady();
        assertThat(lost.get("k0")).startsWith(SECRET);
    }

    private int written;

    private void write(int count) {
        RealMember leader = Until.found(
                "a leader",
                () -> members.stream().filter(RealMember::leads).findFirst().orElse(null));
        for (int k = 0; k < count; k++) {
            assertThat(leader.put("k" + written, SECRET + written)).isPositive();
            written++;
        }
    }

    private static void assertHoldsNo(String text, Path directory) throws IOException {
        long files = 0;
        try (Stream<Path> found = Files.walk(directory)) {
            for (Path file : found.filter(Files::isRegularFile).toList()) {
                files++;
                assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                        .as(file.toString())
                        .doesNotContain(text);
            }
        }
        assertThat(files).isPositive();
    }

    private String idOf(RealMember member) {
        return done("member", "list")
                .lines()
                .filter(line -> line.contains(":" + member.peerPort()))
                .map(line -> line.substring(0, line.indexOf(',')))
                .findFirst()
                .orElseThrow();
    }

    // ---- commands

    private static String[] words(String command, String... replaced) {
        String[] words = command.replaceFirst("^\\./quorate ", "").split(" +", -1);
        for (int word = 0; word < words.length; word++) {
            for (int k = 0; k < replaced.length; k += 2) {
                words[word] = words[word].equals(replaced[k]) ? replaced[k + 1] : words[word];
            }
        }
        return words;
    }

    private Finished run(String... arguments) {
        List<String> words = new ArrayList<>(List.of(arguments));
        words.add("--endpoints=" + members.stream().map(RealMember::endpoint).collect(Collectors.joining(",")));
        return Running.run(RealMember.quorate(words.toArray(String[]::new)));
    }

    private String done(String... arguments) {
        Finished finished = run(arguments);
        assertThat(finished.exitCode()).as(finished.output()).isZero();
        return finished.output();
    }

    private String refused(String... arguments) {
        Finished finished = run(arguments);
        assertThat(finished.exitCode()).as(finished.output()).isNotZero();
        return finished.output();
    }

    private static String found(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        assertThat(matcher.find()).as(text).isTrue();
        return matcher.group(1);
    }
}
