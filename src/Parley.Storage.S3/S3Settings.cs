using System.ComponentModel.DataAnnotations;

namespace Parley.Storage.S3;

/// <summary>An S3-compatible object store, and the bucket in it.</summary>
public sealed record S3Settings
{
    /// <summary>The address of the service; "" = that of AWS in <see cref="Region"/>.</summary>
    [RegularExpression("^(https?://[^ ?#]+)?$", ErrorMessage = "empty, or an http or https address without ? and #")]
    public string ServiceUrl { get; init; } = "";

    /// <summary>The region by which requests are signed.</summary>
    [MinLength(1)]
    public string Region { get; init; } = "us-east-1";

    /// <summary>The bucket; it must be there.</summary>
    public string Bucket { get; init; } = "";

    /// <summary>What stands before the name of every object, such as <c>parley/</c>.</summary>
    [MaxLength(256)]
    public string Prefix { get; init; } = "";

    /// <summary>The key by which requests are signed.</summary>
    public string AccessKey { get; init; } = "";

    /// <summary>The secret to <see cref="AccessKey"/>. Never logged.</summary>
    public string SecretKey { get; init; } = "";

    /// <summary>Whether the bucket stands in the path rather than in the host name, as most services other than AWS want it.</summary>
    public bool PathStyle { get; init; } = true;

    /// <summary>Whether everything is there that has no default.</summary>
    public bool IsComplete => Bucket.Length > 0 && AccessKey.Length > 0 && SecretKey.Length > 0;

    /// <inheritdoc/>
    public override string ToString() => $"S3Settings {Bucket} at {ServiceUrl}";
}
