package io.quorate.testkit;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;
import org.junit.platform.commons.support.AnnotationSupport;

/** Calls a {@link SimulationTest} once for each block of its seeds. */
public final class SimulationExtension implements TestTemplateInvocationContextProvider {
    private static final String COUNT_PROPERTY = "quorate.seeds";
    private static final int BLOCK = 50;

    /** For JUnit. */
    public SimulationExtension() {}

    @Override
    public boolean supportsTestTemplate(ExtensionContext context) {
        return annotation(context).isPresent();
    }

    private static Optional<SimulationTest> annotation(ExtensionContext context) {
        return AnnotationSupport.findAnnotation(context.getTestMethod(), SimulationTest.class);
    }

    @Override
    public Stream<? extends TestTemplateInvocationContext> provideTestTemplateInvocationContexts(
            ExtensionContext context) {
        SimulationTest annotation = annotation(context).orElseThrow();
        Class<?> test = context.getRequiredTestClass();
        Method method = context.getRequiredTestMethod();
        String again = again(test, method);
        Optional<Long> only = number(context, Seeds.PROPERTY);
        List<Seeds> blocks = only.isPresent()
                ? List.of(new Seeds(only.get(), 1, again))
                : blocks(number(context, COUNT_PROPERTY).orElse((long) annotation.seeds()), again);
        if (annotation.secondJvm()) {
            Seeds first = blocks.get(0);
            first.heardBy(new SecondJvm(test, method, first));
        }
        return blocks.stream().map(Block::new);
    }

    private static List<Seeds> blocks(long count, String again) {
        List<Seeds> blocks = new ArrayList<>();
        for (long done = 0; done < count; done += BLOCK) {
            blocks.add(new Seeds(1 + done, (int) Math.min(BLOCK, count - done), again));
        }
        return blocks;
    }

    private static String again(Class<?> test, Method method) {
        String name = test.getName().substring(test.getPackageName().length() + 1);
        return "mvn test -Dtest='" + name + "#" + method.getName() + "' -D" + Seeds.PROPERTY + "=%d";
    }

    private static Optional<Long> number(ExtensionContext context, String name) {
        return context.getConfigurationParameter(name, text -> {
            try {
                return Long.valueOf(text);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(name + " is a number, not '" + text + "'", e);
            }
        });
    }

    /** One call of the method. */
    private record Block(Seeds seeds) implements TestTemplateInvocationContext {
        @Override
        public String getDisplayName(int invocationIndex) {
            return seeds.toString();
        }

        @Override
        public List<Extension> getAdditionalExtensions() {
            return List.of(new Handover(seeds));
        }
    }

    /** Gives the method its seeds, and sees that it runs them. */
    private record Handover(Seeds seeds) implements ParameterResolver, AfterTestExecutionCallback {
        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == Seeds.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return seeds;
        }

        @Override
        public void afterTestExecution(ExtensionContext context) {
            boolean failedBefore = context.getExecutionException().isPresent();
            if (!failedBefore && !seeds.wereRun()) {
                throw new AssertionError("the test ended without a call of Simulation.run with its seeds");
            }
        }
    }
}
