package io.quorate.cli.client;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall;
import io.grpc.ForwardingClientCallListener;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.stub.AbstractBlockingStub;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code -v} of the verbs that write: where the log holds the write. A member tells it in its answer's metadata. */
final class EntryOption {
    private static final Metadata.Key<String> TELL =
            Metadata.Key.of("quorate-tell-entry", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> INDEX =
            Metadata.Key.of("quorate-entry-index", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> TERM =
            Metadata.Key.of("quorate-entry-term", Metadata.ASCII_STRING_MARSHALLER);

    @Option(
            names = {"-v", "--verbose"},
            description = "Also print the log entry's index and term, on standard error.")
    private boolean verbose;

    private @Nullable String index;
    private @Nullable String term;

    /** The stub maker, whose calls note the entry. */
    <S extends AbstractBlockingStub<S>> Function<ManagedChannel, S> watched(Function<ManagedChannel, S> stub) {
        return channel -> verbose ? stub.apply(channel).withInterceptors(new Watch()) : stub.apply(channel);
    }

    void print(CommandLine command) {
        if (!verbose) {
            return;
        }
        command.getErr()
                .println(
                        index == null
                                ? "entry: this member did not tell (no entry was made, or it is not a quorate server)"
                                : "entry: index " + index + ", term " + term);
        command.getErr().flush();
    }

    private void note(Metadata metadata) {
        if (metadata.containsKey(INDEX)) {
            index = metadata.get(INDEX);
            term = metadata.get(TERM);
        }
    }

    private final class Watch implements ClientInterceptor {
        @Override
        public <A, B> ClientCall<A, B> interceptCall(MethodDescriptor<A, B> method, CallOptions options, Channel next) {
            return new ForwardingClientCall.SimpleForwardingClientCall<>(next.newCall(method, options)) {
                @Override
                public void start(Listener<B> listener, Metadata headers) {
                    headers.put(TELL, "true");
                    super.start(
                            new ForwardingClientCallListener.SimpleForwardingClientCallListener<>(listener) {
                                @Override
                                public void onHeaders(Metadata received) {
                                    note(received);
                                    super.onHeaders(received);
                                }
                            },
                            headers);
                }
            };
        }
    }
}
