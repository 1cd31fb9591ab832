package io.quorate.cli.common;

import java.lang.reflect.Proxy;
import java.util.function.IntConsumer;

/**
 * Hears a signal of the operating system, again and again: a shutdown hook hears only the first, and a second Ctrl-C must
 * not wait. The JDK's class for it, {@code sun.misc.Signal}, is open to all but named internal, and javac's warning about that
 * cannot be silenced; so it is reached by name.
 */
public final class Signals {
    private Signals() {}

    /**
     * @param name without SIG, e.g. INT
     * @param listener gets the signal's number, on a thread of the JVM
     */
    public static void handle(String name, IntConsumer listener) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object proxy = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(), new Class<?>[] {handler}, (self, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            listener.accept((int) signal.getMethod("getNumber").invoke(arguments[0]));
                            return null;
                        }
                        return switch (method.getName()) {
                            case "equals" -> self == arguments[0];
                            case "hashCode" -> System.identityHashCode(self);
                            default -> "handler of SIG" + name;
                        };
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
        } catch (ReflectiveOperationException missing) {
            throw new IllegalStateException("this JVM does not let SIG" + name + " be handled", missing);
        }
    }
}
