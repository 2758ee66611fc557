using System.Security.Cryptography;
using System.Text;

namespace Parley.Conformance.Tests.Rtm.Files;

/// <summary>Puts uploads together as rtm-client.md §7 describes them.</summary>
internal static class Upload
{
    /// <summary>The 15 bytes of the worked example.</summary>
    public static readonly byte[] Hello = "hello rtm file\n"u8.ToArray();

    public static readonly byte[] Png = [0x89, .. "PNG\r\n\x1a\n"u8, 0, 0, 0, 13, .. "IHDR"u8, 1, 2, 3, 4];

    /// <summary>The sign of §7.3: lower-case MD5 of the inner MD5, ':' and the token.</summary>
    public static string Sign(byte[] file, string token, bool upperInner = false)
    {
        var inner = upperInner ? Convert.ToHexString(MD5.HashData(file)) : Convert.ToHexStringLower(MD5.HashData(file));
        return Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes($"{inner}:{token}")));
    }

    /// <summary>Flat attrs.</summary>
    public static string Attrs(byte[] file, string token, string? ext = "txt", string? filename = "note") =>
        $$"""{"sign":"{{Sign(file, token)}}"{{(ext is null ? "" : $",\"ext\":\"{ext}\"")}}{{(filename is null ? "" : $",\"filename\":\"{filename}\"")}}}""";

    /// <summary>All parameters of an upload but the receiver.</summary>
    public static (string Key, object? Value)[] Of(
        long pid, long from, string token, long mid, byte[]? file = null, object? attrs = null, object? mtype = null)
    {
        file ??= Hello;
        return
        [
            ("pid", pid), ("from", from), ("token", token), ("mid", mid), ("mtype", mtype ?? 50), ("file", file),
            ("attrs", attrs ?? Attrs(file, token)),
        ];
    }

    /// <summary>The same parameters and one more.</summary>
    public static (string Key, object? Value)[] And(this (string Key, object? Value)[] parameters, string key, object? value) =>
        [.. parameters, (key, value)];
}
