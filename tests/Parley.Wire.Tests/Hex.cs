using Parley.Wire.MessagePack;

namespace Parley.Wire.Tests;

/// <summary>Hex as the protocol file prints it: grouped by white space.</summary>
internal static class Hex
{
    public static byte[] Bytes(string hex) => Convert.FromHexString(string.Concat(hex.Where(c => !char.IsWhiteSpace(c))));

    public static string Text(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);

    /// <summary>Removes the white space, to compare with <see cref="Text"/>.</summary>
    public static string Plain(string hex) => Text(Bytes(hex));

    public static byte[] Written(Action<PooledBufferWriter> write)
    {
        using var writer = new PooledBufferWriter();
        write(writer);
        return writer.WrittenSpan.ToArray();
    }
}
