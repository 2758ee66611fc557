using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Parley.Core.Files;

namespace Parley.Gateways.Files;

/// <summary>
/// Downloads by HTTP, for any door: <c>/files/&lt;pid&gt;/&lt;yyyyMMdd&gt;/&lt;key&gt;[.ext]</c> by GET or HEAD, whole or one range of bytes (RFC 9110). The
/// key is the permission. Pictures, audio and video are shown, everything else is to be saved, and nothing can run scripts.
/// </summary>
public static class FileDownload
{
    private const string Prefix = "/files/";
    private const int Chunk = 64 * 1024;
    private const int LongestPath = 128;

    /// <summary>Whether the request is for a file.</summary>
    public static bool IsFor(HttpContext context) => context.Request.Path.Value?.StartsWith(Prefix, StringComparison.Ordinal) == true;

    /// <summary>Answers the request.</summary>
    public static async Task ServeAsync(HttpContext context, FileService files)
    {
        var response = context.Response;
        var headers = response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "sandbox; default-src 'none'";
        headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        headers.AccessControlAllowOrigin = "*";
        var method = context.Request.Method;
        if (!HttpMethods.IsGet(method) && !HttpMethods.IsHead(method))
        {
            headers.Allow = "GET, HEAD";
            response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            return;
        }
        // the address exactly as files are given it: no other spelling of the same path
        var path = context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()?.RawTarget ?? "";
        var mark = path.IndexOf('?', StringComparison.Ordinal);
        path = mark < 0 ? path : path[..mark];
        if (path.Length > LongestPath || path.AsSpan().Count('/') != 4 || !FileService.TryParse(path, out var place)
            || await files.FindAsync(place, context.RequestAborted) is not { } record)
        {
            NotFound(response);
            return;
        }
        await ServeAsync(context, files, record);
    }

    private static async Task ServeAsync(HttpContext context, FileService files, FileRecord record)
    {
        var request = context.Request.GetTypedHeaders();
        var response = context.Response;
        var tag = new EntityTagHeaderValue($"\"{record.Sha256}\"");
        var modified = DateTimeOffset.FromUnixTimeSeconds(record.Time / 1000);
        var headers = response.GetTypedHeaders();
        headers.ETag = tag;
        headers.LastModified = modified;
        response.Headers.CacheControl = "private, max-age=86400";
        response.Headers.AcceptRanges = "bytes";
        if (IsUnchanged(request, tag, modified))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }
        var isShown = FileTypes.IsShown(record.ContentType);
        response.ContentType = isShown ? record.ContentType : FileTypes.Unknown;
        response.Headers.ContentDisposition = Disposition(record, isShown);
        var (offset, length) = (0L, record.Size);
        var range = RangeOf(request, tag, modified, record.Size);
        if (range is { IsGood: false })
        {
            response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes */{record.Size}");
            response.StatusCode = StatusCodes.Status416RangeNotSatisfiable;
            response.ContentLength = 0;
            return;
        }
        if (range is { } part)
        {
            (offset, length) = (part.From, part.Length);
            response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes {offset}-{offset + length - 1}/{record.Size}");
            response.StatusCode = StatusCodes.Status206PartialContent;
        }
        if (HttpMethods.IsHead(context.Request.Method))
        {
            response.ContentLength = length;
            return;
        }
        await using var content = await files.OpenAsync(record, offset, length, context.RequestAborted);
        if (content is null)
        {
            response.Headers.Clear();
            NotFound(response);
            return;
        }
        response.ContentLength = length;
        await CopyAsync(content, response, length, context.RequestAborted);
    }

    private static async Task CopyAsync(Stream content, HttpResponse response, long length, CancellationToken cancellationToken)
    {
        var output = response.BodyWriter;
        while (length > 0)
        {
            var room = output.GetMemory(Chunk);
            var count = await content.ReadAsync(room[..(int)Math.Min(room.Length, length)], cancellationToken);
            if (count == 0)
                throw new IOException("A file's content is shorter than its record says.");
            output.Advance(count);
            length -= count;
            await output.FlushAsync(cancellationToken);
        }
    }

    private static bool IsUnchanged(Microsoft.AspNetCore.Http.Headers.RequestHeaders request, EntityTagHeaderValue tag, DateTimeOffset modified)
    {
        if (request.IfNoneMatch is { Count: > 0 } tags)
            return tags.Any(other => other.Equals(EntityTagHeaderValue.Any) || other.Compare(tag, useStrongComparison: false));
        return request.IfModifiedSince is { } since && modified <= since;
    }

    /// <summary>The one range that is asked for; null when the whole file is to be sent.</summary>
    private static (long From, long Length, bool IsGood)? RangeOf(
        Microsoft.AspNetCore.Http.Headers.RequestHeaders request, EntityTagHeaderValue tag, DateTimeOffset modified, long size)
    {
        if (request.Range is not { Ranges.Count: 1 } ranges || ranges.Unit != "bytes")
            return null; // several ranges may be answered with all (RFC 9110 §14.2)
        if (request.IfRange is { } condition
            && !(condition.EntityTag?.Compare(tag, useStrongComparison: true) ?? condition.LastModified == modified))
        {
            return null;
        }
        var range = ranges.Ranges.First();
        var (from, to) = (range.From, range.To);
        if (from is null)
            return to is > 0 && size > 0 ? (Math.Max(0, size - to.Value), Math.Min(size, to.Value), true) : (0, 0, false);
        if (from >= size)
            return (0, 0, false);
        return (from.Value, Math.Min(to ?? long.MaxValue, size - 1) - from.Value + 1, true);
    }

    /// <summary>How the file is to be shown and called (RFC 6266): a name of ASCII for all, the true name for those that read it.</summary>
    private static string Disposition(FileRecord record, bool isShown)
    {
        var kind = isShown ? "inline" : "attachment";
        var name = NameOf(record);
        var plain = new StringBuilder(name.Length);
        foreach (var letter in name)
            plain.Append(char.IsBetween(letter, ' ', '~') && letter is not ('"' or '\\' or '%') ? letter : '_');
        var disposition = $"{kind}; filename=\"{plain}\"";
        if (name.AsSpan().ContainsAnyExceptInRange(' ', '~') || name.AsSpan().IndexOfAny("\"\\%") >= 0)
            disposition += $"; filename*=UTF-8''{Uri.EscapeDataString(name)}";
        return disposition;
    }

    private static string NameOf(FileRecord record)
    {
        var kept = new StringBuilder(record.Name.Length);
        foreach (var letter in record.Name.EnumerateRunes())
        {
            // half a character is read as U+FFFD
            if (!Rune.IsControl(letter) && letter.Value is not ('/' or '\\') && letter != Rune.ReplacementChar)
                kept.Append(letter);
        }
        var name = kept.ToString().Trim(' ', '.');
        if (name.Length == 0)
            name = record.Key;
        var suffix = "." + record.Extension;
        return record.Extension.Length == 0 || name.EndsWith(suffix, StringComparison.OrdinalIgnoreCase) ? name : name + suffix;
    }

    private static void NotFound(HttpResponse response)
    {
        response.StatusCode = StatusCodes.Status404NotFound;
        response.Headers.CacheControl = "no-store";
        response.ContentLength = 0;
    }
}
