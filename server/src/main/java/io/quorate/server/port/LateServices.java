package io.quorate.server.port;

import io.grpc.HandlerRegistry;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Services of a port that was open before them. A call that comes earlier ends as UNAVAILABLE, as it would have if nobody had
 * listened yet: clients try again. Without this it would end as UNIMPLEMENTED, which they take for an answer.
 */
final class LateServices extends HandlerRegistry {
    private static final Status STARTING = Status.UNAVAILABLE.withDescription("this member is starting");

    private volatile @Nullable Map<String, ServerMethodDefinition<?, ?>> methods;

    void begin(List<ServerServiceDefinition> services) {
        Map<String, ServerMethodDefinition<?, ?>> all = new HashMap<>();
        for (ServerServiceDefinition service : services) {
            for (ServerMethodDefinition<?, ?> method : service.getMethods()) {
                all.put(method.getMethodDescriptor().getFullMethodName(), method);
            }
        }
        methods = all;
    }

    @Override
    public @Nullable ServerMethodDefinition<?, ?> lookupMethod(String name, @Nullable String authority) {
        Map<String, ServerMethodDefinition<?, ?>> begun = methods;
        return begun == null ? refusal(name) : begun.get(name);
    }

    private static ServerMethodDefinition<InputStream, InputStream> refusal(String name) {
        MethodDescriptor<InputStream, InputStream> any = MethodDescriptor.<InputStream, InputStream>newBuilder()
                .setType(MethodDescriptor.MethodType.UNKNOWN)
                .setFullMethodName(name)
                .setRequestMarshaller(new ClientPort.AsReceived())
                .setResponseMarshaller(new ClientPort.AsReceived())
                .build();
        ServerCallHandler<InputStream, InputStream> refuse = (call, headers) -> {
            call.close(STARTING, new Metadata());
            return new ServerCall.Listener<>() {};
        };
        return ServerMethodDefinition.create(any, refuse);
    }
}
