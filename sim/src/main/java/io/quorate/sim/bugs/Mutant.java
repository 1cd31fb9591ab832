package io.quorate.sim.bugs;

import java.util.function.BiFunction;

/** The simulator over the production classes with one bug in them. */
final class Mutant {
    private final PlantedBug bug;
    private final BiFunction<String, Long, String> runner;

    private Mutant(PlantedBug bug, BiFunction<String, Long, String> runner) {
        this.bug = bug;
        this.runner = runner;
    }

    /** @throws BugDoesNotFitException if the bug cannot be planted */
    @SuppressWarnings("unchecked") // The class is known; its loader keeps the compiler from seeing that.
    static Mutant of(PlantedBug bug, MutantCompiler compiler) {
        MutantLoader loader = new MutantLoader(compiler.compile(bug));
        try {
            Object runner =
                    loader.loadClass(MutantRun.class.getName()).getConstructor().newInstance();
            return new Mutant(bug, (BiFunction<String, Long, String>) runner);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the simulator does not run with bug " + bug.number(), e);
        }
    }

    Verdict run(long seed) {
        return Verdict.parse(runner.apply(bug.profile().name(), seed));
    }
}
