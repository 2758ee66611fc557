using Parley.Core.Listening;

namespace Parley.Server.Settings;

/// <summary>What must hold for the webhooks of the settings beyond the limits of each value.</summary>
internal static class WebhookChecks
{
    /// <summary>More would drown the metrics.</summary>
    private const int Most = 200;

    /// <summary>Throws when something is wrong; the address may hold a token, so it is not repeated.</summary>
    public static void Check(IReadOnlyList<WebhookEntry> webhooks, string section)
    {
        if (webhooks.Count > Most)
            throw ParleyException.Setting($"{section} must have at most {Most} webhooks; it has {webhooks.Count}");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < webhooks.Count; i++)
        {
            var webhook = webhooks[i];
            var path = $"{section}:{i}";
            if (webhook.Name.Length == 0)
                throw ParleyException.Setting($"{path}:Name must be given");
            if (!seen.Add(webhook.Name))
                throw ParleyException.Setting($"{path}:Name must be different for every webhook; '{webhook.Name}' is there twice");
            if (webhook.ProjectId <= 0)
                throw ParleyException.Setting($"{path}:ProjectId must be a whole number from 1 to {long.MaxValue:N0}; it is missing");
            if (webhook.Secret.Length == 0)
                throw ParleyException.Setting($"{path}:Secret must be given");
            CheckUrl(webhook, $"{path}:Url");
            var filter = webhook.Filter;
            if (filter.IsNothing)
                throw ParleyException.Setting($"{path} must ask for something: AllGroups, AllRooms, AllPeers, AllEvents, Groups, Rooms, Users or Events");
            if (filter.Count > ListenerFilter.MostEntries)
                throw ParleyException.Setting($"{path} must name at most {ListenerFilter.MostEntries:N0} groups, rooms and users; it names {filter.Count:N0}");
        }
    }

    private static void CheckUrl(WebhookEntry webhook, string path)
    {
        if (!Uri.TryCreate(webhook.Url, UriKind.Absolute, out var url) || (url.Scheme != Uri.UriSchemeHttps && url.Scheme != Uri.UriSchemeHttp))
            throw ParleyException.Setting($"{path} must be an http or https address");
        if (url.UserInfo.Length > 0 || url.Fragment.Length > 0)
            throw ParleyException.Setting($"{path} must have neither a user nor a fragment");
        if (url.Scheme == Uri.UriSchemeHttp && !url.IsLoopback && !webhook.AllowHttp)
            throw ParleyException.Setting($"{path} must be https, since its host is not this machine; AllowHttp lifts that");
    }
}
