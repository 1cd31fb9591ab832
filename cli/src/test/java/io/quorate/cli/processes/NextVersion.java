package io.quorate.cli.processes;

import io.quorate.cli.support.Checkout;
import io.quorate.sim.bugs.BugCatalogue;
import io.quorate.sim.bugs.PlantedBug;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * A build of the next version, which has never been released: this build, and in front of it the few classes that
 * {@code next-version.bugs} changes. So nothing of it stands in the code that it is a version of.
 */
final class NextVersion {
    private static final String CHANGES = "next-version.bugs";
    private static final String CLASS_PATH = "-cp\n\"";

    private NextVersion() {}

    /**
     * Makes that build.
     *
     * @param base the build that it is made from
     * @param folder where it goes
     * @return what {@code QUORATE_HOME} names to start it
     */
    static Path make(Path base, Path folder) {
        try {
            String options = Files.readString(base.resolve("java.options"));
            int at = options.indexOf(CLASS_PATH) + CLASS_PATH.length();
            String classPath = options.substring(at, options.indexOf('"', at));
            Path classes = Files.createDirectories(folder.resolve("classes"));
            compile(classPath, classes);
            Files.createDirectories(folder.resolve("users"));
            Files.writeString(
                    folder.resolve("java.options"), options.substring(0, at) + classes + ':' + options.substring(at));
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void compile(String classPath, Path classes) throws IOException {
        PlantedBug changes = BugCatalogue.read(CHANGES, text()).get(0);
        List<JavaFileObject> sources = new ArrayList<>();
        for (String file : changes.files()) {
            String original = Files.readString(Checkout.root().resolve(file));
            sources.add(new Source(file, changes.plantInto(file, original)));
        }
        JavaCompiler compiler = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler(), "a JRE has no compiler");
        StringWriter told = new StringWriter();
        List<String> options = List.of(
                "-proc:none",
                "-implicit:none",
                "-nowarn",
                "-Xlint:none",
                "-cp",
                classPath + ':' + homeOf(Nullable.class),
                "-d",
                classes.toString());
        if (!compiler.getTask(told, null, null, options, null, sources).call()) {
            throw new AssertionError("the next version does not compile: " + told);
        }
    }

    private static Path homeOf(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String text() throws IOException {
        try (InputStream in = Objects.requireNonNull(NextVersion.class.getResourceAsStream(CHANGES), CHANGES)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String file, String text) {
            super(URI.create("string:///" + file), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}
