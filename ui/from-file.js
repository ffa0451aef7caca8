// Opened from disk this page cannot run: browsers refuse ES modules from files. Then, and only then, the script that
// explains it is loaded.
if (location.protocol === 'file:') {
  document.head.append(Object.assign(document.createElement('script'), { src: 'opened-from-disk.js' }));
}
