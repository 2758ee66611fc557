namespace Parley.Conformance.Tests.Support;

/// <summary>Hex as the protocol files print it: grouped by white space.</summary>
public static class Hex
{
    public static byte[] Bytes(string hex) => Convert.FromHexString(string.Concat(hex.Where(c => !char.IsWhiteSpace(c))));

    public static string Text(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);

    public static string Plain(string hex) => Text(Bytes(hex));
}
