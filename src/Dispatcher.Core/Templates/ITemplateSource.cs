namespace Dispatcher.Core.Templates;

/// <summary>Templates as this process knows them now; reads never wait.</summary>
public interface ITemplateSource
{
    /// <returns>The tenant's own template, else the shared one of that id, else null.</returns>
    Template? Find(string tenant, string templateId);
}
