using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Parley.Outgoing.MobilePush;

/// <summary>Makes signed JSON web tokens (RFC 7515 compact form), of the two kinds that push services ask for.</summary>
internal static class JsonWebToken
{
    /// <summary>Signs with RS256.</summary>
    public static string Sign(RSA key, string? keyId, Action<Utf8JsonWriter> claims)
    {
        var head = HeadOf("RS256", keyId, claims);
        return Join(head, key.SignData(Encoding.ASCII.GetBytes(head), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    /// <summary>Signs with ES256. The signature is r and s, each of 32 bytes, as RFC 7518 §3.4 wants it.</summary>
    public static string Sign(ECDsa key, string? keyId, Action<Utf8JsonWriter> claims)
    {
        var head = HeadOf("ES256", keyId, claims);
        return Join(head, key.SignData(
            Encoding.ASCII.GetBytes(head), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
    }

    private static string HeadOf(string algorithm, string? keyId, Action<Utf8JsonWriter> claims)
    {
        var header = Encode(json =>
        {
            json.WriteString("alg", algorithm);
            json.WriteString("typ", "JWT");
            if (keyId is not null)
                json.WriteString("kid", keyId);
        });
        return $"{header}.{Encode(claims)}";
    }

    private static string Join(string head, byte[] signature) => $"{head}.{Base64Url.EncodeToString(signature)}";

    private static string Encode(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }
        return Base64Url.EncodeToString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }
}
