package io.quorate.cli.checklist;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import io.etcd.jetcd.api.KVGrpc;
import io.grpc.protobuf.ProtoFileDescriptorSupplier;
import io.quorate.etcd.etcdserverpb.RpcProto;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Our own .proto files against those that jetcd was made from: what both have must be the same on the wire. */
class InterfaceTest {
    private static final FileDescriptor THEIRS =
            ((ProtoFileDescriptorSupplier) KVGrpc.getServiceDescriptor().getSchemaDescriptor()).getFileDescriptor();

    @Test
    void everyServiceOfJetcdsIsHereWithTheSameMethods() {
        Map<String, String> ours = methods(RpcProto.getDescriptor());
        Map<String, String> theirs = methods(THEIRS);
        assertThat(theirs).hasSizeGreaterThan(30);
        theirs.remove("etcdserverpb.Watch.Progress"); // jetcd's own: etcd has no such method
        assertThat(ours).containsAllEntriesOf(theirs);
    }

    @Test
    void everyFieldOfJetcdsIsHereWithTheSameNameNumberAndType() {
        Map<String, String> ours = fields(RpcProto.getDescriptor());
        Map<String, String> theirs = fields(THEIRS);
        assertThat(theirs).hasSizeGreaterThan(150);
        theirs.keySet().removeIf(InterfaceTest::isInternal);
        assertThat(ours).containsAllEntriesOf(theirs);
    }

    /** Messages that etcd's members send each other through their log, never to a client. */
    private static boolean isInternal(String field) {
        return field.startsWith("LeaseCheckpoint");
    }

    private static Map<String, String> methods(FileDescriptor file) {
        Map<String, String> methods = new TreeMap<>();
        for (ServiceDescriptor service : file.getServices()) {
            for (MethodDescriptor method : service.getMethods()) {
                methods.put(
                        method.getFullName(),
                        method.getInputType().getName() + (method.isClientStreaming() ? "*" : "") + " -> "
                                + method.getOutputType().getName() + (method.isServerStreaming() ? "*" : ""));
            }
        }
        return methods;
    }

    private static Map<String, String> fields(FileDescriptor file) {
        Map<String, String> fields = new TreeMap<>();
        file.getMessageTypes().forEach(message -> put(message, fields));
        file.getEnumTypes().forEach(type -> put(type, fields));
        return fields;
    }

    private static void put(Descriptor message, Map<String, String> fields) {
        for (FieldDescriptor field : message.getFields()) {
            fields.put(message.getName() + "." + field.getNumber(), field.getName() + " " + type(field));
            if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
                put(field.getMessageType(), fields, message);
            }
        }
        message.getEnumTypes().forEach(type -> put(type, fields));
    }

    /** Messages of imported files, such as a pair, are reached by the fields that hold them. */
    private static void put(Descriptor inner, Map<String, String> fields, Descriptor outer) {
        if (!inner.getFile().equals(outer.getFile())) {
            put(inner, fields);
        }
    }

    private static void put(EnumDescriptor type, Map<String, String> fields) {
        for (EnumValueDescriptor value : type.getValues()) {
            fields.put(type.getName() + "=" + value.getNumber(), value.getName());
        }
    }

    private static String type(FieldDescriptor field) {
        String kind =
                switch (field.getJavaType()) {
                    case MESSAGE -> field.getMessageType().getFullName();
                    case ENUM -> field.getEnumType().getFullName();
                    default -> field.getType().name();
                };
        return (field.isRepeated() ? "repeated " : "") + kind;
    }
}
