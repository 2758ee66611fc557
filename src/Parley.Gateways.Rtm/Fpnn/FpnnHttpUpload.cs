using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Parley.Wire.Fpnn;

namespace Parley.Gateways.Rtm.Fpnn;

/// <summary>An upload carried by one HTTP request (fpnn.md §6.2): JSON, so what can be uploaded is text.</summary>
internal static class FpnnHttpUpload
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    /// <summary>Reads the request and lets the quest be answered. False when the request is no quest.</summary>
    public static async Task<bool> ReceiveAsync(FpnnDoor door, FpnnHttpPeer peer, QuestMethod method, HttpContext context, string query)
    {
        if (door.Host.Settings.RequireEncryption && !peer.IsEncrypted)
            return false;
        var request = context.Request;
        var length = request.ContentLength;
        byte[]? small = null;
        if (HttpMethods.IsGet(request.Method))
        {
            if (!FpnnHttp.TryReadQuery(query, out var json))
                return false;
            small = Encoding.UTF8.GetBytes(json);
        }
        else if (!HttpMethods.IsPost(request.Method) || length is 0 || length > door.UploadLimit
            || (length is null && request.Headers.TransferEncoding.Count == 0))
        {
            return false;
        }
        if (door.UploadBytesPerSecond > 0 && context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } pace)
            pace.MinDataRate = new MinDataRate(door.UploadBytesPerSecond, Grace);

        var upload = method.Upload!(
            new Quest(peer, method, 1, FpnnEncoding.Json, IsTwoWay: true), small?.Length ?? length ?? door.UploadLimit);
        var isAnswered = false;
        try
        {
            await upload.AdmitAsync(context.RequestAborted);
            if (small is not null)
                await upload.FeedAsync(new(small), context.RequestAborted);
            else if (!await FeedAsync(upload, context, door.UploadLimit))
                return false;
            isAnswered = await upload.EndAsync(context.RequestAborted);
            if (isAnswered)
                door.Run(upload);
            return isAnswered;
        }
        finally
        {
            if (!isAnswered)
                upload.Dispose();
        }
    }

    private static async Task<bool> FeedAsync(FpnnUpload upload, HttpContext context, int limit)
    {
        var body = context.Request.BodyReader;
        var total = 0L;
        while (true)
        {
            var result = await body.ReadAsync(context.RequestAborted);
            total += result.Buffer.Length;
            if (total > limit)
                return false;
            await upload.FeedAsync(result.Buffer, context.RequestAborted);
            body.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
                return total > 0;
        }
    }
}
