package io.quorate.testkit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A JUnit test that runs a {@link Simulation} on some seeds, which it gets as a parameter:
 *
 * <pre>{@code
 * @SimulationTest(seeds = 200)
 * void counts(Seeds seeds) {
 *     Simulation.of(Counter::new)
 *             .commands(random -> random.between(1, 9), n -> ByteBuffer.allocate(8).putLong(0, n))
 *             .model(0L, (total, n) -> total + n, (total, n) -> total + n)
 *             .run(seeds);
 * }
 * }</pre>
 *
 * It is called once for each fifty of them. A failure says how to run its seed again, alone: with the system property (or
 * JUnit's configuration parameter) {@code quorate.seed}. {@code quorate.seeds} runs so many instead of what stands here: many
 * at night.
 *
 * <p>A method that does not run the seeds fails: it would prove nothing.
 */
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@TestTemplate
@ExtendWith(SimulationExtension.class)
public @interface SimulationTest {
    /** How many, from 1 on. */
    int seeds() default 100;

    /**
     * Whether the first seed also runs in another JVM, which must give the same results, compared as text. It finds what rests
     * on the order of {@code Set.of} and {@code Map.of}, which each JVM salts anew. The method then takes the seeds alone, and is
     * called there on a new instance without any of JUnit's callbacks.
     */
    boolean secondJvm() default false;
}
