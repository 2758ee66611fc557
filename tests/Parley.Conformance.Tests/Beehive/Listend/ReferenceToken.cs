using System.Security.Cryptography;
using System.Text;

namespace Parley.Conformance.Tests.Beehive.Listend;

/// <summary>Tokens in the encoding of the reference, by the letter of beehive.md §5. Whoever knows the secret makes them for anybody.</summary>
public static class ReferenceToken
{
    public const string Secret = "demo-key";

    public static string Make(long uid, long sid, long seconds = 3600) =>
        Encode($"uid:{uid}:ttl:{TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + seconds}:sid:{sid}:end");

    public static string Encode(string plain)
    {
        var noise = Encoding.ASCII.GetBytes("0123456789abcdef0123456789abcdef");
        var key = Encoding.ASCII.GetBytes(Convert.ToHexStringLower(MD5.HashData(Encoding.ASCII.GetBytes(Secret))));
        var bytes = plain.SelectMany((letter, i) => new[] { noise[i % 32], (byte)(letter ^ noise[i % 32]) }).ToArray();
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] ^= key[i % 32];
        return Convert.ToBase64String(bytes);
    }
}
