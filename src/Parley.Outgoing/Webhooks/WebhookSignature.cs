using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Parley.Outgoing.Webhooks;

/// <summary>Signs requests: the receiver can tell that they come from the server, unchanged and not long ago.</summary>
public static class WebhookSignature
{
    /// <summary>The header with the time of signing, in unix seconds.</summary>
    public const string TimestampHeader = "Parley-Timestamp";

    /// <summary>The header with the signature.</summary>
    public const string Header = "Parley-Signature";

    private const string Prefix = "v1=";

    /// <summary><c>v1=</c> and the HMAC-SHA256, in lower-case hexadecimal, of the time, a dot and the body.</summary>
    /// <param name="secret">The secret.</param>
    /// <param name="timestamp">Unix seconds.</param>
    /// <param name="body">The body as it is sent.</param>
    public static string Compute(ReadOnlySpan<byte> secret, long timestamp, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret);
        hash.AppendData(Encoding.ASCII.GetBytes(timestamp.ToString(CultureInfo.InvariantCulture) + "."));
        hash.AppendData(body);
        return Prefix + Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
