using System.ComponentModel.DataAnnotations;
using Parley.Gateways.Files;
using Parley.Storage.S3;

namespace Parley.Server.Settings;

/// <summary>Where files are kept.</summary>
internal enum FileStoreKind : byte
{
    /// <summary>In a local folder.</summary>
    Folder,

    /// <summary>In an S3-compatible object store.</summary>
    S3,
}

/// <summary>Files that users send.</summary>
internal sealed record FilesSettings
{
    /// <summary>Where the contents are kept.</summary>
    public FileStoreKind Store { get; init; }

    /// <summary>The folder for contents and for uploads on their way; "" = <c>files</c> in the data directory.</summary>
    public string Folder { get; init; } = "";

    /// <summary>What clients are told to download from, before <c>/files/…</c>; "" = the Web door, or RtmFile when that one is off.</summary>
    [RegularExpression("^(https?://[^ ?#]+)?$", ErrorMessage = "empty, or an http or https address without ? and #")]
    public string PublicUrl { get; init; } = "";

    /// <summary>What uploads may use.</summary>
    public UploadSettings Uploads { get; init; } = new();

    /// <summary>The object store.</summary>
    public S3Settings S3 { get; init; } = new();
}
