package io.quorate.sim.bugs;

import java.nio.file.Path;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/** The simulator over the production classes with one bug in them. */
final class Mutant {
    private final PlantedBug bug;
    private final BiFunction<String, Long, String> runner;
    private final Consumer<List<String>> failures;

    private Mutant(PlantedBug bug, BiFunction<String, Long, String> runner, Consumer<List<String>> failures) {
        this.bug = bug;
        this.runner = runner;
        this.failures = failures;
    }

    /** @throws BugDoesNotFitException if the bug cannot be planted */
    @SuppressWarnings("unchecked") // The class is known; its loader keeps the compiler from seeing that.
    static Mutant of(PlantedBug bug, MutantCompiler compiler) {
        MutantLoader loader = new MutantLoader(compiler.compile(bug));
        try {
            return new Mutant(
                    bug, (BiFunction<String, Long, String>) create(loader, MutantRun.class), (Consumer<List<String>>)
                            create(loader, MutantFailure.class));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the simulator does not run with bug " + bug.number(), e);
        }
    }

    private static Object create(MutantLoader loader, Class<?> type) throws ReflectiveOperationException {
        return loader.loadClass(type.getName()).getConstructor().newInstance();
    }

    /**
     * Reduces the run of a seed that fails, and writes its story and its trace.
     *
     * @param place folder and name of both files, without their endings
     * @param again line that finds it again
     */
    void writeFailure(long seed, Path place, String again) {
        failures.accept(List.of(bug.profile().name(), Long.toString(seed), place.toString(), again));
    }

    Verdict run(long seed) {
        return Verdict.parse(runner.apply(bug.profile().name(), seed));
    }
}
