using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Parley.Server.Settings;

namespace Parley.Server.Tests.Settings;

public sealed class SettingsTests
{
    private static readonly (string Key, string Value)[] Webhook =
    [
        ("Parley:Webhooks:0:Name", "crm"), ("Parley:Webhooks:0:ProjectId", "1"), ("Parley:Webhooks:0:Url", "https://host/"),
        ("Parley:Webhooks:0:Secret", "sec-ret"), ("Parley:Webhooks:0:AllPeers", "true"),
    ];

    [Fact]
    public void Without_any_configuration_every_setting_has_its_default()
    {
        var settings = Read();
        Assert.Equal("./data", settings.DataDirectory);
        Assert.Equal(5, settings.DrainSeconds);
        Assert.Empty(settings.Projects);
        Assert.Equal(LogLevel.Information, settings.Log.Level);
    }

    [Fact]
    public void Values_of_every_type_are_read()
    {
        var settings = Read(
            ("Parley:datadirectory", "/x"),
            ("Parley:AllowUnauthenticatedDoors", "TRUE"),
            ("Parley:Log:Format", "json"),
            ("Parley:Log:Levels:Parley.Core", "Debug"),
            ("Parley:Endpoints:Web", ""),
            ("Parley:Rtm:Services:0", "a"),
            ("Parley:Rtm:Services:1", "b"),
            ("Parley:Projects:0:Pid", "9223372036854775807"),
            ("Parley:Projects:0:AdminUserIds:0", "7"),
            ("Parley:Projects:0:Settings:RetentionDays", "7"),
            ("Parley:Tls:Doors:Web:CertificateFile", "/c"));
        Assert.Equal("/x", settings.DataDirectory);
        Assert.True(settings.AllowUnauthenticatedDoors);
        Assert.Equal(LogFormat.Json, settings.Log.Format);
        Assert.Equal(LogLevel.Debug, settings.Log.Levels["parley.core"]);
        Assert.Equal("", settings.Endpoints["WEB"]);
        Assert.Equal(["a", "b"], settings.Rtm.Services);
        Assert.Equal(long.MaxValue, settings.Projects[0].Pid);
        Assert.Equal([7], settings.Projects[0].AdminUserIds);
        Assert.Equal(7, settings.Projects[0].Settings.RetentionDays);
        Assert.Equal("/c", settings.Tls.For("web")!.CertificateFile);
        Assert.Null(settings.Tls.For("RtmClient"));
    }

    [Fact]
    public void An_empty_list_replaces_its_default() => Assert.Empty(Read(("Parley:Rtm:Services", "")).Rtm.Services);

    [Theory]
    [InlineData("Parley:Nonsense", "1", "Parley:Nonsense is not a setting; Parley has DataDirectory, ")]
    [InlineData("Parley:Core:Lanes", "1", "Parley:Core:Lanes is not a setting; Parley:Core has CachedGroups, ")]
    [InlineData("Parley:Projects:0:Settings:Foo", "1", "Parley:Projects:0:Settings:Foo is not a setting; ")]
    [InlineData("Parley:DataDirectory", "", "Parley:DataDirectory must be a text that is not empty; it is ''")]
    [InlineData("Parley:DrainSeconds", "soon", "Parley:DrainSeconds must be a whole number from 0 to 6; it is 'soon'")]
    [InlineData("Parley:DrainSeconds", "1.5", "Parley:DrainSeconds must be a whole number from 0 to 6; it is '1.5'")]
    [InlineData("Parley:DrainSeconds", "", "Parley:DrainSeconds must be a whole number from 0 to 6; it is ''")]
    [InlineData("Parley:DrainSeconds:X", "1", "Parley:DrainSeconds must be a whole number from 0 to 6; it is a group")]
    [InlineData("Parley:Files:Store", "S3", "Parley:Files:S3 must have Bucket, AccessKey and SecretKey when Parley:Files:Store is S3")]
    [InlineData("Parley:Rtm", "1", "Parley:Rtm must be a group of settings; it is a single value")]
    [InlineData("Parley:Rtm:Services", "a", "Parley:Rtm:Services must be a list; it is a single value")]
    [InlineData("Parley:Rtm:Services:x", "a", "Parley:Rtm:Services:x is not a setting; the elements of a list are numbered 0, 1, 2 …")]
    [InlineData("Parley:Rtm:Http", "1", "Parley:Rtm:Http must be true or false; it is '1'")]
    [InlineData("Parley:Rtm:Curve", "p256", "Parley:Rtm:Curve must be a text that matches ^secp(256k1|256r1|224r1|192r1)$; it is 'p256'")]
    [InlineData("Parley:Log:Format", "xml", "Parley:Log:Format must be one of Text, Json; it is 'xml'")]
    [InlineData("Parley:Log:Level", "2", "Parley:Log:Level must be one of Trace, Debug, Information, Warning, Error, Critical, None; it is '2'")]
    [InlineData("Parley:Projects:0:Pid", "0", "Parley:Projects:0:Pid must be a whole number from 1 to 9,223,372,036,854,775,807; it is '0'")]
    [InlineData("Parley:Projects:0:Pid", "9223372036854775808", "Parley:Projects:0:Pid must be a whole number from 1 to ")]
    [InlineData("Parley:Projects:0:Name", "x", "Parley:Projects:0:Pid must be a whole number from 1 to 9,223,372,036,854,775,807; it is missing")]
    [InlineData("Parley:Projects:0:AdminUserIds:0", "bob", "Parley:Projects:0:AdminUserIds:0 must be a whole number; it is 'bob'")]
    public void A_wrong_setting_is_one_clear_line(string key, string value, string line)
    {
        var e = Assert.Throws<ParleyException>(() => Read((key, value)));
        Assert.StartsWith(line, e.Message, StringComparison.Ordinal);
        Assert.Equal(2, e.ExitCode);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Fact]
    public void A_wrong_secret_is_not_repeated()
    {
        var secret = new string('s', 257);
        var e = Assert.Throws<ParleyException>(() => Read(("Parley:Projects:0:Pid", "1"), ("Parley:Projects:0:Secret", secret)));
        Assert.DoesNotContain(secret, e.Message, StringComparison.Ordinal);
        Assert.StartsWith("Parley:Projects:0:Secret must be a text of 0 to 256 characters", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_project_twice_is_refused()
    {
        var e = Assert.Throws<ParleyException>(() => Read(("Parley:Projects:0:Pid", "5"), ("Parley:Projects:1:Pid", "5")));
        Assert.Equal("Parley:Projects:1:Pid must be different for every project; 5 is there twice", e.Message);
    }

    [Fact]
    public void More_than_200_sensitive_words_are_refused()
    {
        (string, string) Word(int i) => ($"Parley:Projects:0:Settings:SensitiveWords:{i}", "w" + i);
        (string, string)[] words = [("Parley:Projects:0:Pid", "1"), .. Enumerable.Range(0, 200).Select(Word)];
        Assert.Equal(200, Read(words).Projects[0].Settings.SensitiveWords.Count);
        var e = Assert.Throws<ParleyException>(() => Read([.. words, Word(200)]));
        Assert.Equal("Parley:Projects:0:Settings:SensitiveWords must have at most 200 words; it has 201", e.Message);
    }

    [Theory]
    [InlineData("gate.example:13321", true)]
    [InlineData("gate.example", false)]
    [InlineData("gate.example:0", false)]
    [InlineData("gate.example:70000", false)]
    [InlineData(":1", false)]
    public void A_redirect_gate_is_host_and_port(string gate, bool good)
    {
        (string, string)[] values = [("Parley:Projects:0:Pid", "1"), ("Parley:Projects:0:Settings:RedirectGate", gate)];
        if (good)
            Assert.Equal(gate, Read(values).Projects[0].Settings.RedirectGate);
        else
            Assert.StartsWith("Parley:Projects:0:Settings:RedirectGate must be host:port", Assert.Throws<ParleyException>(() => Read(values)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Name", "", "Parley:Webhooks:0:Name must be a text that matches ^[A-Za-z0-9._-]{1,64}$; it is ''")]
    [InlineData("Name", null, "Parley:Webhooks:0:Name must be given")]
    [InlineData("ProjectId", null, "Parley:Webhooks:0:ProjectId must be a whole number from 1 to 9,223,372,036,854,775,807; it is missing")]
    [InlineData("Secret", "", "Parley:Webhooks:0:Secret must be given")]
    [InlineData("Url", "", "Parley:Webhooks:0:Url must be an http or https address")]
    [InlineData("Url", "/path", "Parley:Webhooks:0:Url must be an http or https address")]
    [InlineData("Url", "ftp://host/tok-en", "Parley:Webhooks:0:Url must be an http or https address")]
    [InlineData("Url", "https://me:tok-en@host/", "Parley:Webhooks:0:Url must have neither a user nor a fragment")]
    [InlineData("Url", "http://host.example/tok-en", "Parley:Webhooks:0:Url must be https, since its host is not this machine; AllowHttp lifts that")]
    [InlineData("AllPeers", "false", "Parley:Webhooks:0 must ask for something: ")]
    [InlineData("Events:0", "signup", "Parley:Webhooks:0:Events:0 must be a text that matches ^(login|logout)$; it is 'signup'")]
    public void A_wrong_webhook_is_one_clear_line(string key, string? value, string line)
    {
        var path = "Parley:Webhooks:0:" + key;
        (string, string)[] rest = [.. Webhook.Where(setting => setting.Key != path)];
        var e = Assert.Throws<ParleyException>(() => Read(value is null ? rest : [.. rest, (path, value)]));
        Assert.StartsWith(line, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("tok-en", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://host.example/a?b=c", "false")]
    [InlineData("http://host.example/a", "true")]
    [InlineData("http://localhost:99/", "false")]
    [InlineData("http://127.0.0.1/", "false")]
    [InlineData("http://[::1]/", "false")]
    public void A_webhooks_address_is_https_or_this_machine_or_allowed(string url, string allow)
    {
        var webhook = Read([.. Webhook.Where(static s => s.Key != "Parley:Webhooks:0:Url"), ("Parley:Webhooks:0:Url", url), ("Parley:Webhooks:0:AllowHttp", allow)])
            .Webhooks.Single();
        Assert.Equal(url, webhook.ToWebhook().Url.OriginalString);
        Assert.DoesNotContain("sec-ret", $"{webhook} {webhook.ToWebhook()}", StringComparison.Ordinal);
        Assert.DoesNotContain(url, $"{webhook} {webhook.ToWebhook()}", StringComparison.Ordinal);
    }

    [Fact]
    public void A_webhooks_filter_is_what_is_listed()
    {
        var filter = Read([.. Webhook.Where(static s => s.Key != "Parley:Webhooks:0:AllPeers"), ("Parley:Webhooks:0:Groups:0", "5"), ("Parley:Webhooks:0:Rooms:0", "6"), ("Parley:Webhooks:0:Users:0", "7"),
            ("Parley:Webhooks:0:Users:1", "7"), ("Parley:Webhooks:0:Events:0", "login")]).Webhooks.Single().Filter;
        Assert.Equal((false, false, false, false, 4), (filter.AllPeers, filter.AllGroups, filter.AllRooms, filter.AllEvents, filter.Count));
        Assert.Equal((5, 6, 7, "login"), (filter.Groups.Single(), filter.Rooms.Single(), filter.Users.Single(), filter.Events.Single()));
    }

    [Fact]
    public void Webhooks_have_names_of_their_own_and_are_at_most_200()
    {
        static IEnumerable<(string, string)> Made(int i, string name) =>
            Webhook.Select(setting => (setting.Key.Replace(":0:", $":{i}:", StringComparison.Ordinal), setting.Value == "crm" ? name : setting.Value));
        var e = Assert.Throws<ParleyException>(() => Read([.. Made(0, "a"), .. Made(1, "a")]));
        Assert.Equal("Parley:Webhooks:1:Name must be different for every webhook; 'a' is there twice", e.Message);
        (string, string)[] most = [.. Enumerable.Range(0, 200).SelectMany(i => Made(i, $"w{i}"))];
        Assert.Equal(200, Read(most).Webhooks.Count);
        e = Assert.Throws<ParleyException>(() => Read([.. most, .. Made(200, "w200")]));
        Assert.Equal("Parley:Webhooks must have at most 200 webhooks; it has 201", e.Message);
    }

    [Fact]
    public void Every_range_holds_on_both_sides()
    {
        var ranges = 0;
        foreach (var row in SettingsReference.All)
        {
            if (Range(row.Property) is not { } range)
                continue;
            ranges++;
            var key = row.Key.Replace(":N:", ":0:", StringComparison.Ordinal);
            (string, string)[] project = key.StartsWith("Parley:Projects", StringComparison.Ordinal) && !key.EndsWith(":Pid", StringComparison.Ordinal)
                ? [("Parley:Projects:0:Pid", "1")] : key.StartsWith("Parley:Webhooks", StringComparison.Ordinal)
                ? [.. Webhook.Where(setting => setting.Key != key)] : [];
            Read([.. project, (key, $"{range.Min}")]);
            Read([.. project, (key, $"{range.Max}")]);
            foreach (var outside in (decimal[])[(decimal)range.Min - 1, (decimal)range.Max + 1])
            {
                var e = Assert.Throws<ParleyException>(() => Read([.. project, (key, $"{outside}")]));
                Assert.Equal($"{key} must be a whole number from {range.Min:N0} to {range.Max:N0}; it is '{outside}'", e.Message);
            }
        }
        Assert.True(ranges > 30, $"only {ranges} ranges");
    }

    [Fact]
    public void Every_number_has_a_range_and_every_default_lies_in_it()
    {
        foreach (var row in SettingsReference.All.Where(static r => r.Property.PropertyType == typeof(int)))
        {
            Assert.True(Range(row.Property) is not null, $"{row.Key} has no range");
            Assert.True(SettingLimit.Of(row.Property).TryRead(row.Default.Replace(",", "", StringComparison.Ordinal), out _), $"{row.Key}: {row.Default}");
        }
    }

    private static (long Min, long Max)? Range(PropertyInfo property)
    {
        if (ProjectSettingsLimits.Find(property) is { } known)
            return known;
        return property.GetCustomAttribute<RangeAttribute>() is { } range
            ? (Convert.ToInt64(range.Minimum), range.Maximum is double ? long.MaxValue : Convert.ToInt64(range.Maximum))
            : null;
    }

    private static ParleySettings Read(params (string Key, string Value)[] values) => SettingsLoader.Read(
        new ConfigurationBuilder().AddInMemoryCollection(values.Select(static v => new KeyValuePair<string, string?>(v.Key, v.Value))));
}
