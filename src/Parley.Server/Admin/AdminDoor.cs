using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Parley.Gateways.Doors;

namespace Parley.Server.Admin;

/// <summary>The local admin door: commands on this machine reach the running server through it, over a socket that only its owner may use.</summary>
internal sealed class AdminDoor(IAdministration administration) : Door
{
    /// <inheritdoc/>
    public override string Name => "Admin";

    /// <inheritdoc/>
    public override string DefaultEndpoint => "";

    /// <inheritdoc/>
    public override string Description => "commands on this machine";

    /// <inheritdoc/>
    public override async Task ServeAsync(HttpContext context)
    {
        var cancellation = context.RequestAborted;
        try
        {
            switch (context.Request.Method, context.Request.Path.Value)
            {
                case ("GET", "/projects"):
                    await AnswerAsync(context, await administration.ListProjectsAsync(cancellation), AdminJson.Default.IReadOnlyListProjectAnswer);
                    break;
                case ("POST", "/projects"):
                    var project = await ReadAsync(context, AdminJson.Default.ProjectRequest);
                    await AnswerAsync(context, await administration.AddProjectAsync(project, cancellation), AdminJson.Default.ProjectAnswer);
                    break;
                case ("POST", "/tokens"):
                    var request = await ReadAsync(context, AdminJson.Default.TokenRequest);
                    var token = await administration.IssueTokenAsync(request, cancellation);
                    await AnswerAsync(context, new(token), AdminJson.Default.TokenAnswer);
                    break;
                case ("GET", "/status"):
                    await AnswerAsync(context, await administration.StatusAsync(cancellation), AdminJson.Default.StatusAnswer);
                    break;
                case ("GET", "/webhooks"):
                    await AnswerAsync(context, await administration.ListWebhooksAsync(cancellation), AdminJson.Default.IReadOnlyListWebhookAnswer);
                    break;
                case ("GET", "/webhooks/dead"):
                    await AnswerAsync(context, await DeadLettersAsync(context.Request.Query, cancellation), AdminJson.Default.IReadOnlyListDeadLetterAnswer);
                    break;
                case ("POST", "/webhooks/retry"):
                    var retry = await ReadAsync(context, AdminJson.Default.RetryRequest);
                    var count = await administration.RetryWebhookAsync(retry.Name, cancellation);
                    await AnswerAsync(context, new(count), AdminJson.Default.RetryAnswer);
                    break;
                default:
                    context.Response.StatusCode = StatusCodes.Status404NotFound;
                    break;
            }
        }
        catch (Exception e) when (e is ParleyException or JsonException)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await AnswerAsync(context, new(e.Message), AdminJson.Default.ErrorAnswer);
        }
    }

    private Task<IReadOnlyList<DeadLetterAnswer>> DeadLettersAsync(IQueryCollection query, CancellationToken cancellationToken) =>
        long.TryParse(query["after"], NumberStyles.None, CultureInfo.InvariantCulture, out var after)
            ? administration.ListDeadLettersAsync(query["name"].ToString(), after, cancellationToken)
            : throw new ParleyException("after must be a position");

    private static async Task<T> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type) where T : class =>
        await JsonSerializer.DeserializeAsync(context.Request.Body, type, context.RequestAborted) ?? throw new JsonException("a JSON object is missing");

    private static Task AnswerAsync<T>(HttpContext context, T answer, JsonTypeInfo<T> type)
    {
        context.Response.ContentType = "application/json";
        return JsonSerializer.SerializeAsync(context.Response.Body, answer, type, context.RequestAborted);
    }
}
