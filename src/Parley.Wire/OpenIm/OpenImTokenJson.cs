using System.Text.Json;

namespace Parley.Wire.OpenIm;

/// <summary>
/// What the header and the payload of a token hold. Of a member that is there twice the last counts; others are not looked at.
/// </summary>
internal struct OpenImTokenJson
{
    private string? _userId;
    private string? _platform;
    private long? _issuedAt;

    /// <summary>Whether the header names HS256.</summary>
    public bool IsHs256 { get; private set; }

    /// <summary>Unix seconds; null when absent.</summary>
    public long? Expiry { get; private set; }

    /// <summary>Unix seconds; null when absent.</summary>
    public long? NotBefore { get; private set; }

    /// <summary>Reads the header or the payload. False when it is no JSON object or a member has another type.</summary>
    public bool TryRead(ReadOnlySpan<byte> json, bool isHeader)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (!(isHeader ? TryReadHeader(ref reader) : TryReadClaim(ref reader)))
                    return false;
            }
            return !reader.Read();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a text that is no UTF-8 or holds half a surrogate pair.
            return false;
        }
    }

    /// <summary>The claims. False when one that is needed is missing.</summary>
    public readonly bool TryGetClaims(out OpenImTokenClaims claims)
    {
        claims = default;
        if (_userId is null || _platform is null || Expiry is null)
            return false;
        claims = new OpenImTokenClaims(_userId, _platform, Expiry.Value, NotBefore ?? 0, _issuedAt ?? 0);
        return true;
    }

    private bool TryReadHeader(ref Utf8JsonReader reader)
    {
        var isAlgorithm = reader.ValueTextEquals("alg"u8);
        reader.Read();
        if (isAlgorithm)
            IsHs256 = reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("HS256"u8);
        return reader.TrySkip();
    }

    private bool TryReadClaim(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("UID"u8))
            return TryReadText(ref reader, out _userId);
        if (reader.ValueTextEquals("Platform"u8))
            return TryReadText(ref reader, out _platform);
        var isExpiry = reader.ValueTextEquals("exp"u8);
        var isNotBefore = reader.ValueTextEquals("nbf"u8);
        var isIssuedAt = reader.ValueTextEquals("iat"u8);
        reader.Read();
        if (!isExpiry && !isNotBefore && !isIssuedAt)
            return reader.TrySkip();
        if (!TryGetSeconds(ref reader, out var seconds))
            return false;
        if (isExpiry)
            Expiry = seconds;
        else if (isNotBefore)
            NotBefore = seconds;
        else
            _issuedAt = seconds;
        return true;
    }

    private static bool TryReadText(ref Utf8JsonReader reader, out string? text)
    {
        reader.Read();
        text = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        return text is not null;
    }

    // Other issuers may write 1.65e9; the part of a second is dropped.
    private static bool TryGetSeconds(ref Utf8JsonReader reader, out long seconds)
    {
        const double Furthest = 1L << 53;
        seconds = 0;
        if (reader.TokenType != JsonTokenType.Number)
            return false;
        if (reader.TryGetInt64(out seconds))
            return true;
        if (!reader.TryGetDouble(out var number) || Math.Abs(number) > Furthest)
            return false;
        seconds = (long)number;
        return true;
    }
}
