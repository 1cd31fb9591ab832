package io.quorate.sim.bugs;

import java.nio.file.Path;

/** All classes, those of the tests too, loaded anew with a planted bug in them. */
public final class BuggyClasses {
    private BuggyClasses() {}

    /** @param number of a bug of the catalogue */
    public static ClassLoader with(int number) {
        PlantedBug bug = BugCatalogue.load().stream()
                .filter(known -> known.number() == number)
                .findFirst()
                .orElseThrow();
        Path checkout = Path.of(System.getProperty("basedir", "."))
                .resolve("..")
                .toAbsolutePath()
                .normalize();
        try (MutantCompiler compiler = new MutantCompiler(checkout)) {
            return new MutantLoader(compiler.compile(bug));
        }
    }
}
