package io.quorate.bench.micro;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Runs them all, some two minutes: no test by its name, so that only who asks for it gets it. From the checkout's folder:
 *
 * <pre>
 * mvn -Dfast -pl bench -am -Dtest=MicroBenchmarks -Dsurefire.failIfNoSpecifiedTests=false test
 * </pre>
 *
 * {@code -Dbench.include=CoreStep} runs those alone whose name holds it. The raw figures are in {@code bench/target/micro.json}.
 */
final class MicroBenchmarks {
    private static final int FORKS = 1;
    private static final int WARMUPS = 3;
    private static final int ITERATIONS = 5;

    @Test
    void measure() throws Exception {
        Path json = Files.createDirectories(Path.of("target")).resolve("micro.json");
        Collection<RunResult> results = run(json);
        assertThat(results).isNotEmpty();
    }

    private static Collection<RunResult> run(Path json) throws RunnerException {
        return new Runner(new OptionsBuilder()
                        .include(System.getProperty("bench.include", "io.quorate.bench.micro"))
                        .forks(FORKS)
                        .warmupIterations(WARMUPS)
                        .warmupTime(TimeValue.seconds(1))
                        .measurementIterations(ITERATIONS)
                        .measurementTime(TimeValue.seconds(1))
                        .shouldFailOnError(true)
                        .resultFormat(ResultFormatType.JSON)
                        .result(json.toString())
                        .build())
                .run();
    }
}
