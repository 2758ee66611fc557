using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Parley.Core.Projects;
using Parley.Core.Storage;
using Parley.Storage.Sqlite.Reading;
using Parley.Storage.Sqlite.Writing;

namespace Parley.Storage.Sqlite.Ports;

/// <summary>Projects; their settings are kept as JSON, so that a setting that comes later takes its default.</summary>
internal sealed class ProjectStore(StoreWriter writer, ReaderPool readers) : IProjectStore
{
    private const string List = "SELECT id, name, secret, admins, settings FROM project ORDER BY id";

    private const string Save = """
        INSERT INTO project (id, name, secret, admins, settings) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET name = excluded.name, secret = excluded.secret, admins = excluded.admins, settings = excluded.settings
        """;

    public ValueTask<IReadOnlyList<Project>> ListAsync(CancellationToken cancellationToken) =>
        readers.RunAsync<IReadOnlyList<Project>>(
            database =>
            {
                var projects = new List<Project>();
                using var rows = database.Use(List);
                while (rows.Step())
                {
                    projects.Add(new Project
                    {
                        Id = rows.Int64(0),
                        Name = rows.Text(1),
                        Secret = rows.Text(2),
                        AdminUserIds = JsonSerializer.Deserialize(rows.Span(3), ProjectJson.Default.Int64Array) ?? [],
                        Settings = ProjectJson.ReadSettings(rows.Span(4)),
                    });
                }
                return projects;
            },
            cancellationToken);

    public async ValueTask SaveAsync(Project project, CancellationToken cancellationToken)
    {
        var admins = JsonSerializer.Serialize([.. project.AdminUserIds], ProjectJson.Default.Int64Array);
        var settings = JsonSerializer.Serialize(project.Settings, ProjectJson.Default.ProjectSettings);
        await writer.RunAsync(
            session =>
            {
                session.Use(Save).Bind(project.Id).Bind(project.Name).Bind(project.Secret).Bind(admins).Bind(settings).Run();
            },
            cancellationToken);
    }
}

/// <summary>How settings look on disk.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    PreferredObjectCreationHandling = JsonObjectCreationHandling.Replace)]
[JsonSerializable(typeof(ProjectSettings))]
[JsonSerializable(typeof(long[]))]
internal sealed partial class ProjectJson : JsonSerializerContext
{
    /// <summary>
    /// Reads stored settings. The generated reader gives 0 and false to properties that the text does not have, not their defaults; a
    /// project stored by an older version must get the defaults of what is newer.
    /// </summary>
    internal static ProjectSettings ReadSettings(ReadOnlySpan<byte> stored)
    {
        var merged = JsonSerializer.SerializeToNode(new ProjectSettings(), Default.ProjectSettings)!.AsObject();
        if (JsonNode.Parse(stored) is JsonObject given)
        {
            foreach (var (name, value) in given)
                merged[name] = value?.DeepClone();
        }
        return merged.Deserialize(Default.ProjectSettings)!;
    }
}
