package io.quorate.sim.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.raft.Raft;
import io.quorate.sim.core.CoreSimulation;
import io.quorate.sim.core.Swarm;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.teavm.backend.javascript.JSModuleType;
import org.teavm.diagnostics.Problem;
import org.teavm.tooling.TeaVMTargetType;
import org.teavm.tooling.TeaVMTool;
import org.teavm.vm.TeaVMOptimizationLevel;

/** The same seeds give the same lines, hash and all, wherever they run. */
@Tag("slow")
class ReplayElsewhereTest {
    /** Of some thousand events each: JavaScript has no numbers of 64 bits, and counts slowly without. */
    private static final List<String> SEEDS = List.of(
            "2", "5", "9", "16", "34", "44", "57", "61", "64", "65", "66", "67", "70", "74", "82", "89", "94", "103",
            "104", "116");

    private static final int LEAST_NODE = 20;

    private final List<String> here = new ArrayList<>();

    ReplayElsewhereTest() {
        for (String seed : SEEDS) {
            here.add(CoreSimulation.run(Swarm.core(Long.parseLong(seed))).line());
        }
    }

    @Test
    void anotherJvmGivesTheSameRuns() throws Exception {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        assertThat(replayOn(java)).isEqualTo(here);
    }

    @Test
    void anotherJdkGivesTheSameRuns() throws Exception {
        assertThat(replayOn(OtherJdk.java())).isEqualTo(here);
    }

    @Test
    void nodeGivesTheSameRunsFromJavaScript(@TempDir Path folder) throws Exception {
        if (nodeVersion() < LEAST_NODE) {
            Missing.skip("no Node.js " + LEAST_NODE + " or newer is on the path", "install Node.js");
            return;
        }
        compile(folder);
        Path call = folder.resolve("call.js");
        Files.writeString(call, "require('./replay.js').main(process.argv.slice(2));\n");
        assertThat(run(withSeeds("node", call.toString()))).isEqualTo(here);
    }

    /** Strict: what would be undefined in JavaScript, such as an index out of bounds, is an exception there too. */
    private static void compile(Path folder) throws Exception {
        TeaVMTool compiler = new TeaVMTool();
        compiler.setMainClass(Replay.class.getName());
        compiler.setTargetType(TeaVMTargetType.JAVASCRIPT);
        compiler.setJsModuleType(JSModuleType.COMMON_JS);
        compiler.setTargetDirectory(folder.toFile());
        compiler.setTargetFileName("replay.js");
        compiler.setStrict(true);
        compiler.setOptimizationLevel(TeaVMOptimizationLevel.ADVANCED);
        compiler.setClassPath(classPath().stream().map(File::new).toList());
        compiler.setClassLoader(ReplayElsewhereTest.class.getClassLoader());
        compiler.generate();
        List<Problem> problems = compiler.getProblemProvider().getSevereProblems();
        assertThat(problems).extracting(Problem::getText).isEmpty();
    }

    private static List<String> classPath() {
        return List.of(System.getProperty("java.class.path").split(File.pathSeparator));
    }

    private static List<String> replayOn(Path java) throws Exception {
        String classes =
                String.join(File.pathSeparator, place(Replay.class), place(CoreSimulation.class), place(Raft.class));
        return run(withSeeds(java.toString(), "-cp", classes, Replay.class.getName()));
    }

    private static String[] withSeeds(String... command) {
        List<String> all = new ArrayList<>(List.of(command));
        all.addAll(SEEDS);
        return all.toArray(new String[0]);
    }

    private static String place(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI())
                .toString();
    }

    private static int nodeVersion() throws InterruptedException {
        try {
            String version = run("node", "--version").get(0);
            return Integer.parseInt(version.substring(1, version.indexOf('.')));
        } catch (IOException missing) {
            return 0;
        }
    }

    private static List<String> run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (InputStream output = process.getInputStream()) {
            String said = new String(output.readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).isZero();
            return said.lines().toList();
        }
    }
}
