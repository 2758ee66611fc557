using System.Buffers.Binary;
using System.Text;

namespace Parley.Wire.Tests.Gob;

/// <summary>A field of a struct in Go: its name, its gob type, and its value; null is the zero value, which gob leaves out.</summary>
internal sealed record GoField(string Name, int Type, object? Value);

/// <summary>Encodes as Go's encoder does, written from openim §8.4 and nothing of the code under test.</summary>
internal static class GoEncoder
{
    public static byte[] Frame(int typeId, string typeName, IReadOnlyList<GoField> fields) =>
        [.. Description(typeId, typeName, fields), .. Value(typeId, fields)];

    public static byte[] Description(int typeId, string typeName, IReadOnlyList<GoField> fields)
    {
        List<byte> body = [.. Signed(-typeId), 3];
        body.AddRange(typeName.Length == 0 ? [1, 2] : [1, 1, .. Text(typeName), 1]);
        body.AddRange([.. Signed(typeId), 0]);
        if (fields.Count > 0)
            body.AddRange([1, .. Unsigned((ulong)fields.Count)]);
        foreach (var field in fields)
            body.AddRange([1, .. Text(field.Name), 1, .. Signed(field.Type), 0]);
        body.AddRange([0, 0]);
        return Message(body);
    }

    public static byte[] Value(int typeId, IReadOnlyList<GoField> fields)
    {
        List<byte> body = [.. Signed(typeId)];
        var last = -1;
        for (var i = 0; i < fields.Count; i++)
        {
            if (Encoded(fields[i].Value) is not { } value)
                continue;
            body.AddRange([.. Unsigned((ulong)(i - last)), .. value]);
            last = i;
        }
        body.Add(0);
        return Message(body);
    }

    public static byte[] Message(IReadOnlyCollection<byte> body) => [.. Unsigned((ulong)body.Count), .. body];

    public static byte[] Unsigned(ulong value)
    {
        if (value < 128)
            return [(byte)value];
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        var digits = bytes.SkipWhile(b => b == 0).ToArray();
        return [(byte)(256 - digits.Length), .. digits];
    }

    public static byte[] Signed(long value) => Unsigned(value < 0 ? ((ulong)~value << 1) | 1 : (ulong)value << 1);

    public static byte[] Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return [.. Unsigned((ulong)bytes.Length), .. bytes];
    }

    private static byte[]? Encoded(object? value) => value switch
    {
        null or 0L or 0ul or 0d or false or "" or byte[] { Length: 0 } => null,
        long number => Signed(number),
        ulong number => Unsigned(number),
        double number => Unsigned(BinaryPrimitives.ReverseEndianness(BitConverter.DoubleToUInt64Bits(number))),
        true => [1],
        string text => Text(text),
        byte[] bytes => [.. Unsigned((ulong)bytes.Length), .. bytes],
        _ => throw new ArgumentException("No type of gob.", nameof(value)),
    };
}
