namespace Parley.Server.Settings;

/// <summary>A certificate with its key, both PEM.</summary>
internal record TlsCertificateSettings
{
    /// <summary>PEM file with the certificate and the intermediate ones after it; "" = no TLS.</summary>
    public string CertificateFile { get; init; } = "";

    /// <summary>PEM file with the unencrypted private key; "" = the key is in the certificate file.</summary>
    public string KeyFile { get; init; } = "";
}

/// <summary>Encryption of doors: one certificate for all, or others for some.</summary>
internal sealed record TlsSettings : TlsCertificateSettings
{
    /// <summary>Certificates of single doors, by the door's name; a door with an empty one speaks without TLS.</summary>
    public IReadOnlyDictionary<string, TlsCertificateSettings> Doors { get; init; } =
        new Dictionary<string, TlsCertificateSettings>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The certificate for a door; null = no TLS.</summary>
    public TlsCertificateSettings? For(string doorName)
    {
        var chosen = Doors.GetValueOrDefault(doorName, this);
        return chosen.CertificateFile.Length == 0 ? null : chosen;
    }
}
