using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using EksTools.Sandbox.Kubernetes.Resources;

namespace EksTools.Sandbox.Kubernetes.Serving.Protobuf;

/// <summary>
/// Reads objects that clients send as Kubernetes protobuf (<c>k8s\0</c> and an Unknown with the message in it). kubectl's typed
/// clients send nothing else and do not turn to JSON on 415. Answers are always JSON, which every client takes.
/// </summary>
internal static class ProtobufReader
{
    private static ReadOnlySpan<byte> Magic => "k8s\0"u8;

    /// <summary>The object as JSON.</summary>
    /// <exception cref="StatusException">400 for bytes that are no message, 415 for a kind that is not served.</exception>
    public static JsonObject Read(ReadOnlySpan<byte> body)
    {
        if (!body.StartsWith(Magic))
        {
            throw StatusException.BadRequest("provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]");
        }

        string apiVersion = "", kind = "";
        ReadOnlySpan<byte> raw = [];
        var unknown = new Wire(body[Magic.Length..]);
        while (unknown.Next(out var number, out var value, out _))
        {
            if (number == 1)
            {
                var meta = new Wire(value);
                while (meta.Next(out var part, out var text, out _))
                {
                    (apiVersion, kind) = part == 1 ? (Encoding.UTF8.GetString(text), kind) : (apiVersion, Encoding.UTF8.GetString(text));
                }
            }
            else if (number == 2)
            {
                raw = value;
            }
        }

        var message = MessageSchemas.Find(apiVersion, kind) ?? throw StatusException.UnsupportedMediaType($"the sandbox does not read {kind} of {apiVersion} in protobuf - accepted media types include: application/json, application/yaml");
        var obj = new JsonObject { ["apiVersion"] = apiVersion, ["kind"] = kind };
        Fill(obj, message, raw);
        return obj;
    }

    private static void Fill(JsonObject obj, string message, ReadOnlySpan<byte> bytes)
    {
        var fields = MessageSchemas.Fields(message);
        var wire = new Wire(bytes);
        while (wire.Next(out var number, out var value, out var integer))
        {
            if (!fields.TryGetValue(number, out var field))
            {
                continue;
            }

            if (field.Name.Length == 0)
            {
                Fill(obj, field.Type, value);
            }
            else if (field.Map)
            {
                ReadEntry(obj.Ensure(field.Name), field, value);
            }
            else if (Value(field, value, integer) is { } read)
            {
                Put(obj, field, read);
            }
        }
    }

    private static void Put(JsonObject obj, MessageField field, JsonNode value)
    {
        if (!field.Repeated)
        {
            obj[field.Name] = value;
            return;
        }

        if (obj[field.Name] is not JsonArray list)
        {
            obj[field.Name] = list = [];
        }

        list.Add(value);
    }

    private static void ReadEntry(JsonObject map, MessageField field, ReadOnlySpan<byte> entry)
    {
        var key = "";
        JsonNode? value = field.Type == "s" || field.Type == "b" ? "" : null;
        var wire = new Wire(entry);
        while (wire.Next(out var number, out var bytes, out var integer))
        {
            if (number == 1)
            {
                key = Encoding.UTF8.GetString(bytes);
            }
            else
            {
                value = Value(field with { Explicit = true }, bytes, integer);
            }
        }

        map[key] = value;
    }

    // Go writes the zero of a field that is no pointer; in JSON such a field is left out.
    private static JsonNode? Value(MessageField field, ReadOnlySpan<byte> bytes, ulong integer)
    {
        var keepZero = field.Explicit || field.Repeated;
        switch (field.Type)
        {
            case "s":
                return bytes.Length > 0 || keepZero ? Encoding.UTF8.GetString(bytes) : null;
            case "i":
                return integer != 0 || keepZero ? (long)integer : null;
            case "t":
                return integer != 0 ? true : keepZero ? false : null;
            case "d":
                return BitConverter.UInt64BitsToDouble(integer);
            case "b":
                return Convert.ToBase64String(bytes);
            case "q":
                return First(bytes) is { } quantity ? Encoding.UTF8.GetString(quantity) : "0";
            case "T" or "U":
                return Time(bytes, field.Type == "U");
            case "x":
                return IntegerOrText(bytes);
            case "r":
                return First(bytes) is { Length: > 0 } json ? JsonNode.Parse(json) : null;
            case "D":
                return null;
            case "w":
                return Texts(bytes);
            default:
                var child = new JsonObject();
                Fill(child, field.Type, bytes);
                return child.Count > 0 || keepZero ? child : null;
        }
    }

    private static byte[]? First(ReadOnlySpan<byte> bytes)
    {
        var wire = new Wire(bytes);
        return wire.Next(out _, out var value, out _) ? value.ToArray() : null;
    }

    private static JsonArray Texts(ReadOnlySpan<byte> bytes)
    {
        var list = new JsonArray();
        var wire = new Wire(bytes);
        while (wire.Next(out _, out var value, out _))
        {
            list.Add(Encoding.UTF8.GetString(value));
        }

        return list;
    }

    private static JsonValue? Time(ReadOnlySpan<byte> bytes, bool fine)
    {
        long seconds = 0, nanoseconds = 0;
        var wire = new Wire(bytes);
        while (wire.Next(out var number, out _, out var integer))
        {
            (seconds, nanoseconds) = number == 1 ? ((long)integer, nanoseconds) : (seconds, (long)integer);
        }

        return bytes.Length == 0
            ? null
            : JsonValue.Create(DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks(nanoseconds / 100).UtcDateTime.ToString(fine ? "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'" : "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
    }

    private static JsonValue IntegerOrText(ReadOnlySpan<byte> bytes)
    {
        ulong type = 0, integer = 0;
        var text = "";
        var wire = new Wire(bytes);
        while (wire.Next(out var number, out var value, out var read))
        {
            switch (number)
            {
                case 1:
                    type = read;
                    break;
                case 2:
                    integer = read;
                    break;
                default:
                    text = Encoding.UTF8.GetString(value);
                    break;
            }
        }

        return type == 0 ? JsonValue.Create((int)integer) : JsonValue.Create(text)!;
    }

    /// <summary>The fields of a message, one after the other.</summary>
    private ref struct Wire(ReadOnlySpan<byte> bytes)
    {
        private ReadOnlySpan<byte> _rest = bytes;

        public bool Next(out int number, out ReadOnlySpan<byte> value, out ulong integer)
        {
            number = 0;
            value = [];
            integer = 0;
            if (_rest.IsEmpty)
            {
                return false;
            }

            var tag = Varint();
            number = (int)(tag >> 3);
            switch (tag & 7)
            {
                case 0:
                    integer = Varint();
                    break;
                case 1:
                    integer = BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
                    break;
                case 2:
                    value = Take(Varint());
                    break;
                case 5:
                    integer = BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
                    break;
                default:
                    throw Broken();
            }

            return true;
        }

        private static StatusException Broken() => StatusException.BadRequest("the body of the request is no protobuf message: it breaks off or has an unknown wire type");

        private ulong Varint()
        {
            ulong result = 0;
            for (var shift = 0; shift < 64; shift += 7)
            {
                var part = Take(1)[0];
                result |= (ulong)(part & 0x7F) << shift;
                if (part < 0x80)
                {
                    return result;
                }
            }

            throw Broken();
        }

        private ReadOnlySpan<byte> Take(ulong count)
        {
            if (count > (ulong)_rest.Length)
            {
                throw Broken();
            }

            var taken = _rest[..(int)count];
            _rest = _rest[(int)count..];
            return taken;
        }
    }
}
