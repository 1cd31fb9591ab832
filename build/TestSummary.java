import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * The end of {@code ./quorate test}: adds up JUnit's reports of all parts, names what failed and what was skipped, and
 * ends with the line {@code N passed, M failed, K skipped}. A part that broke counts as one failure, so that a build
 * which does not compile cannot look green.
 *
 * <p>Arguments: the checkout; a file with a line {@code seconds|done|name|log}, {@code seconds|broken|name|log} or
 * {@code 0|skipped|name|why|mending command} for each part; the seconds of the whole run. Exit code 1 when anything failed.
 * With {@code CI=true} in the environment a skipped test failed: a build server must have what the tests need. A part may be
 * skipped there too, since each is skipped only where its JDK is not the one for it.
 */
public final class TestSummary {
    private record Part(long seconds, String ended, String name, List<String> rest) {}

    private record TestClass(String name, double seconds) {}

    private final boolean mayNotSkip = "true".equals(System.getenv("CI"));
    private final List<Part> parts = new ArrayList<>();
    private final List<TestClass> classes = new ArrayList<>();
    private final List<String> failed = new ArrayList<>();
    private final List<String> skipped = new ArrayList<>();
    private int passed;

    public static void main(String[] arguments) throws Exception {
        TestSummary summary = new TestSummary();
        summary.readParts(Path.of(arguments[1]));
        summary.readReports(Path.of(arguments[0]));
        boolean green = summary.print(Long.parseLong(arguments[2]));
        System.exit(green ? 0 : 1);
    }

    private void readParts(Path file) throws IOException {
        for (String line : Files.readAllLines(file)) {
            String[] fields = line.split("\\|", -1);
            List<String> rest = List.of(fields).subList(3, fields.length);
            parts.add(new Part(Long.parseLong(fields[0]), fields[1], fields[2], rest));
            switch (fields[1]) {
                case "broken" -> failed.add("the part \"" + fields[2] + "\" broke; its log: " + rest.get(0));
                case "skipped" -> skipped.add(fields[2] + ": " + rest.get(0) + "; to mend: " + rest.get(1));
                default -> {}
            }
        }
    }

    /** Reports lie in {@code MODULE/target/BUILD/KIND-reports}; the run removed older ones when it began. */
    private void readReports(Path root) throws Exception {
        DocumentBuilder parser = DocumentBuilderFactory.newInstance().newDocumentBuilder();
        List<Path> reports;
        try (Stream<Path> files = Files.find(root, 5, (path, attributes) -> isReport(root.relativize(path)))) {
            reports = files.sorted().toList();
        }
        for (Path report : reports) {
            String build = root.relativize(report).getName(2).toString();
            try {
                read(parser.parse(report.toFile()), build.equals("jdk25") ? " (on JDK 25)" : "");
            } catch (org.xml.sax.SAXException torn) {
                failed.add(report + " cannot be read: the tests were cut short (" + torn.getMessage() + ")");
            }
        }
    }

    private static boolean isReport(Path path) {
        return path.getNameCount() == 5
                && path.getName(1).toString().equals("target")
                && path.getName(3).toString().endsWith("-reports")
                && path.getFileName().toString().matches("TEST-.*\\.xml");
    }

    private void read(Document report, String where) {
        Element suite = report.getDocumentElement();
        String seconds = suite.getAttribute("time").replace(",", "");
        classes.add(new TestClass(suite.getAttribute("name") + where, Double.parseDouble(seconds)));
        NodeList cases = suite.getElementsByTagName("testcase");
        for (int i = 0; i < cases.getLength(); i++) {
            readCase((Element) cases.item(i), where);
        }
    }

    private void readCase(Element test, String where) {
        String name = test.getAttribute("classname") + "." + test.getAttribute("name") + where;
        if (test.getElementsByTagName("failure").getLength() + test.getElementsByTagName("error").getLength() > 0) {
            failed.add(name);
        } else if (test.getElementsByTagName("skipped").getLength() > 0) {
            Element reason = (Element) test.getElementsByTagName("skipped").item(0);
            String why = reason.getAttribute("message").replaceFirst("^Assumption failed: ", "");
            if (mayNotSkip) {
                failed.add(name + " was skipped, with CI=true: " + why);
            } else {
                skipped.add(name + ": " + why);
            }
        } else {
            passed++;
        }
    }

    private boolean print(long wholeSeconds) {
        if (passed == 0 && failed.isEmpty()) {
            failed.add("not one test ran");
        }
        System.out.println("Parts, slowest first (" + wholeSeconds + " s in all):");
        parts.stream()
                .filter(part -> !part.ended().equals("skipped"))
                .sorted(Comparator.comparingLong(Part::seconds).reversed())
                .forEach(part -> System.out.printf("%6d s  %s%n", part.seconds(), part.name()));
        System.out.println("Test classes, the ten slowest:");
        classes.stream()
                .sorted(Comparator.comparingDouble(TestClass::seconds).reversed())
                .limit(10)
                .forEach(test -> System.out.printf("%8.1f s  %s%n", test.seconds(), test.name()));
        list("Failed:", failed);
        list("Skipped:", skipped);
        System.out.println();
        System.out.println(passed + " passed, " + failed.size() + " failed, " + skipped.size() + " skipped");
        return failed.isEmpty();
    }

    private static void list(String heading, List<String> lines) {
        if (!lines.isEmpty()) {
            System.out.println(heading);
            lines.forEach(line -> System.out.println("  " + line));
        }
    }
}
