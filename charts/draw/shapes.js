/** What draws other shapes than lines and steps: known to lines.js once this is loaded, when one is to be drawn. */

import '../shape/spline.js';
import { traceArea } from '../shape/area.js';
import { drawPoints } from '../shape/scatter.js';
import { shapes } from './lines.js';

export { shapes };

shapes.area = traceArea;
shapes.points = drawPoints;
