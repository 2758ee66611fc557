using Parley.Core.Projects;

namespace Parley.Server.Settings;

/// <summary>Reads the settings: files, then environment, then command line; the later wins.</summary>
internal static class SettingsLoader
{
    private const string FileName = "appsettings.json";
    private const string Section = "Parley";

    /// <summary>Reads and checks the settings.</summary>
    /// <param name="overrides">Keys and values from the command line.</param>
    /// <param name="dataDirectory">The value of <c>--data</c>; null when not given.</param>
    public static ParleySettings Load(IEnumerable<KeyValuePair<string, string?>> overrides, string? dataDirectory)
    {
        var builder = new ConfigurationBuilder();
        AddFile(builder, AppContext.BaseDirectory);
        if (!Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory).Equals(Environment.CurrentDirectory, StringComparison.Ordinal))
            AddFile(builder, Environment.CurrentDirectory);
        builder.AddEnvironmentVariables();
        var given = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in overrides)
            given[key] = value;
        builder.AddInMemoryCollection(given);
        if (dataDirectory is not null)
            builder.AddInMemoryCollection([new($"{Section}:{nameof(ParleySettings.DataDirectory)}", dataDirectory)]);
        return Read(builder);
    }

    /// <summary>Fills and checks the settings from a configuration.</summary>
    public static ParleySettings Read(IConfigurationBuilder builder)
    {
        IConfigurationRoot configuration;
        try
        {
            configuration = builder.Build();
        }
        catch (InvalidDataException e)
        {
            throw new ParleyException(OneLine($"{e.Message} {e.InnerException?.Message}"), ParleyException.Misused, e);
        }
        using var disposed = configuration as IDisposable;
        var settings = SettingsBinder.Bind<ParleySettings>(configuration.GetSection(Section));
        Check(settings);
        return settings;
    }

    private static void AddFile(ConfigurationBuilder builder, string directory)
    {
        var path = Path.Combine(directory, FileName);
        if (File.Exists(path))
            builder.AddJsonFile(path, optional: false, reloadOnChange: false);
    }

    private static void Check(ParleySettings settings)
    {
        if (settings.PublicHost.Length > 0 && Uri.CheckHostName(settings.PublicHost) == UriHostNameType.Unknown)
            throw ParleyException.Setting($"{Section}:PublicHost must be a host name or an address without a port; it is '{settings.PublicHost}'");
        var seen = new HashSet<long>();
        for (var i = 0; i < settings.Projects.Count; i++)
        {
            var project = settings.Projects[i];
            var path = $"{Section}:{nameof(ParleySettings.Projects)}:{i}";
            if (project.Pid <= 0)
                throw ParleyException.Setting($"{path}:Pid must be a whole number from 1 to {long.MaxValue:N0}; it is missing");
            if (!seen.Add(project.Pid))
                throw ParleyException.Setting($"{path}:Pid must be different for every project; {project.Pid} is there twice");
            if (project.AdminUserIds.Any(uid => uid <= 0))
                throw ParleyException.Setting($"{path}:AdminUserIds must hold user ids from 1 to {long.MaxValue:N0}");
            CheckProject(project.Settings, $"{path}:Settings");
        }
        WebhookChecks.Check(settings.Webhooks, $"{Section}:{nameof(ParleySettings.Webhooks)}");
        if (settings.Files.Store == FileStoreKind.S3 && !settings.Files.S3.IsComplete)
        {
            var path = $"{Section}:{nameof(ParleySettings.Files)}";
            throw ParleyException.Setting($"{path}:S3 must have Bucket, AccessKey and SecretKey when {path}:Store is S3");
        }
    }

    private static void CheckProject(ProjectSettings settings, string path)
    {
        if (settings.SensitiveWords.Count > ProjectSettingsLimits.SensitiveWords)
        {
            throw ParleyException.Setting(
                $"{path}:SensitiveWords must have at most {ProjectSettingsLimits.SensitiveWords} words; it has {settings.SensitiveWords.Count}");
        }
        if (settings.SensitiveWords.Any(string.IsNullOrWhiteSpace))
            throw ParleyException.Setting($"{path}:SensitiveWords must not hold an empty word, which every text would contain");
        var gate = settings.RedirectGate;
        var colon = gate.LastIndexOf(':');
        if (gate.Length > 0 && (colon <= 0 || !ushort.TryParse(gate.AsSpan(colon + 1), out var port) || port == 0))
            throw ParleyException.Setting($"{path}:RedirectGate must be host:port or empty; it is '{gate}'");
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ").Trim();
}
